import { inspectModule } from "as-proxy-wasm-sim";
import { MODULE_FILE } from "../image/index.js";
import type { Consumer } from "./consumer.js";
import { isModule, loadsInEnvoy, unpacksHere } from "./module-rules.js";

const versions = "Google Cloud, Service Extensions: WasmPluginVersion.imageUri";
const overview = "Google Cloud, Service Extensions: plugins overview, limitations";
const again = "make the image with as-proxy-wasm package, whose layout compat has this one file";

/** What the host does not offer to plugins, by the names of its functions. */
const unsupported: readonly (readonly [what: string, names: RegExp])[] = [
  ["timers", /^proxy_set_tick_period_milliseconds$/],
  ["metrics of its own", /^proxy_(define|increment|record)_metric$/],
  ["shared data", /^proxy_(get|set)_shared_data$/],
  ["shared queues", /^proxy_(register|resolve|enqueue|dequeue)_shared_queue$/],
  ["calls to other services", /^proxy_(http_call|grpc_(call|stream|send|cancel|close))$/],
];

/** Google Cloud's Service Extensions, which say what they want in their documentation only. */
export const google: Consumer = {
  name: "google",
  title: "Google Cloud Service Extensions",
  evidence: "documentation",
  imageRules: [
    {
      id: "platform",
      demands: "is one image",
      source: versions,
      todo: "push the image by itself, without an index",
      check: ({ image }) =>
        image === undefined ? "it is an index, and has no image for linux/amd64" : undefined,
    },
    {
      id: "single-file",
      demands: `holds the single file ${MODULE_FILE}`,
      source: versions,
      todo: again,
      check: ({ image, contents }) => {
        const layers = image?.manifest.layers ?? [];
        if (layers.length !== 1) return `it has ${layers.length} layers`;
        const archive = contents.get(layers[0]!.digest)?.archive;
        return archive !== undefined && archive.files > 1 ? `it holds ${archive.files} files` : undefined;
      },
    },
  ],
  forms: { names: ["docker", "compat"], source: versions, todo: again },
  moduleRules: [isModule(versions, again), loadsInEnvoy],
  cautions: [
    {
      id: "index",
      demands: "is no index, of which the documentation does not speak",
      source: versions,
      todo: "push the image by itself, without an index",
      check: ({ image }) => (image.platforms === undefined ? undefined : "it is an index"),
    },
    {
      id: "functions",
      demands: "does without timers, metrics, shared data, shared queues and calls",
      source: overview,
      todo: "build the filter without them",
      check: ({ wasm }) => {
        const imports = inspectModule(wasm).imports.map(({ name }) => name);
        const used = unsupported.filter(([, names]) => imports.some((name) => names.test(name)));
        return used.length === 0
          ? undefined
          : `plugins there have no ${used.map(([what]) => what).join(", no ")}, which the module imports`;
      },
    },
    unpacksHere,
  ],
};
