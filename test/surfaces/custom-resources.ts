/** The definitions that Istio and Envoy Gateway publish for their own resources, out of their Go modules. */
import { execFile } from "node:child_process";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { parseAllDocuments } from "yaml";
import { repository } from "../lab/index.js";
import type { StructuralSchema } from "./structural-schema.js";

/** The same Istio as istiovalidate's go.mod has. */
const sources = [
  {
    module: "istio.io/istio",
    version: "v0.0.0-20260827124520-eed52ebb66ad",
    path: "manifests/charts/base/files/crd-all.gen.yaml",
  },
  {
    module: "github.com/envoyproxy/gateway",
    version: "v1.9.1",
    path: "charts/gateway-helm/charts/crds/crds/generated/gateway.envoyproxy.io_envoyextensionpolicies.yaml",
  },
] as const;

interface Definition {
  readonly spec: {
    readonly group: string;
    readonly names: { readonly kind: string };
    readonly versions: readonly {
      readonly name: string;
      readonly schema: { readonly openAPIV3Schema: StructuralSchema };
    }[];
  };
}

/** The schema of each kind, under `apiVersion/kind`. The files are kept in .cache/crds. */
export async function customResources(): Promise<ReadonlyMap<string, StructuralSchema>> {
  const schemas = new Map<string, StructuralSchema>();
  for (const source of sources) {
    for (const document of parseAllDocuments(await definitions(source))) {
      const definition = document.toJS() as Definition | null;
      if (definition === null) continue;
      const { group, names, versions } = definition.spec;
      for (const { name, schema } of versions)
        schemas.set(`${group}/${name}/${names.kind}`, schema.openAPIV3Schema);
    }
  }
  return schemas;
}

async function definitions(source: (typeof sources)[number]): Promise<string> {
  const folder = join(repository, ".cache", "crds");
  const file = join(folder, `${source.module.replaceAll("/", "_")}@${source.version}.yaml`);
  const kept = await readFile(file, "utf8").catch(() => undefined);
  if (kept !== undefined) return kept;
  const { stdout } = await promisify(execFile)(
    "go",
    ["mod", "download", "-json", `${source.module}@${source.version}`],
    { cwd: repository },
  );
  const { Dir } = JSON.parse(stdout) as { Dir: string };
  const text = await readFile(join(Dir, source.path), "utf8");
  await mkdir(folder, { recursive: true });
  await writeFile(`${file}.tmp`, text);
  await rename(`${file}.tmp`, file);
  return text;
}
