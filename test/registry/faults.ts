import { randomUUID } from "node:crypto";
import {
  demand,
  end,
  errorBody,
  type Intercept,
  type SeenRequest,
  type TestRegistry,
} from "../../oras-js/src/testing/registry.js";
import { user } from "./registries/place.js";

/** What goes wrong between a verb and its registry. */
export interface Fault {
  readonly name: string;
  readonly verb: "push" | "pull";
  readonly intercept: (registry: TestRegistry) => Intercept;
  /** What the verb says when it gives up; absent: it gets through. */
  readonly said?: RegExp;
  /** `tagged`: the registry has the image all the same, and says something else of it. */
  readonly afterwards?: "tagged";
}

type Which = (request: SeenRequest) => boolean;

const on =
  (method: string, kind: "blobs" | "manifests"): Which =>
  (request) =>
    request.method === method && request.path.includes(`/${kind}/`);
const startUpload: Which = ({ method }) => method === "POST";
const sendBlob: Which = ({ method, path }) => method === "PUT" && path.includes("/blobs/uploads/");
const sendManifest = on("PUT", "manifests");
const readManifest = on("GET", "manifests");
const readBlob = on("GET", "blobs");

const reset: Intercept = (_, response) => {
  response.socket?.resetAndDestroy();
  return true;
};
const status =
  (code: number, body = "", headers: Readonly<Record<string, string>> = {}): Intercept =>
  (_, response) => {
    end(response, code, headers, body);
    return true;
  };
const at =
  (which: Which, intercept: Intercept): Intercept =>
  (request, response) =>
    which(request) && intercept(request, response);
/** The first requests only. */
const times = (count: number, intercept: Intercept): Intercept => {
  let left = count;
  return async (request, response) => left > 0 && (await intercept(request, response)) && left-- > 0;
};

const basic = `Basic ${Buffer.from(`${user.username}:${user.password}`).toString("base64")}`;

/** A token server at the registry's own address. The first token is good for so many requests, those after it for so many. */
function tokens(first: number, others: number): Intercept {
  const left = new Map<string, number>();
  return (request, response) => {
    if (request.path === "/token") {
      const token = `secret-${randomUUID()}`;
      left.set(`Bearer ${token}`, left.size === 0 ? first : others);
      return status(200, JSON.stringify({ token }))(request, response);
    }
    const uses = left.get(request.authorization ?? "") ?? 0;
    if (uses > 0) {
      left.set(request.authorization!, uses - 1);
      return false;
    }
    const realm = `http://${response.req.headers.host}/token`;
    return demand("", `Bearer realm="${realm}",service="faults"`)(request, response);
  };
}

/** Bytes in the place of a blob's: its size, and what is sent of it. */
const insteadOf =
  (change: (bytes: Buffer) => { readonly send: Buffer; readonly whole: boolean }) =>
  (registry: TestRegistry): Intercept =>
    at(readBlob, ({ path }, response) => {
      const bytes = registry.blobs.get(path.split("/").at(-1)!);
      if (bytes === undefined) return false;
      const { send, whole } = change(bytes);
      response.writeHead(200, { "content-length": bytes.byteLength });
      response.write(send, () => (whole ? response.end() : response.destroy()));
      return true;
    });

export const faults: readonly Fault[] = [
  { name: "a reset before the manifest", verb: "pull", intercept: () => times(1, at(readManifest, reset)) },
  { name: "a reset before the layer", verb: "pull", intercept: () => times(1, at(readBlob, reset)) },
  { name: "a reset before the upload", verb: "push", intercept: () => times(1, at(startUpload, reset)) },
  {
    name: "a reset in place of taking a layer",
    verb: "push",
    intercept: () => times(1, at(sendBlob, reset)),
  },
  {
    name: "a reset in place of taking the manifest",
    verb: "push",
    intercept: () => times(1, at(sendManifest, reset)),
  },
  {
    name: "429 with Retry-After",
    verb: "push",
    intercept: () => times(2, at(startUpload, status(429, "", { "retry-after": "1" }))),
  },
  { name: "500 twice", verb: "pull", intercept: () => times(2, at(readManifest, status(500))) },
  { name: "a token that expires in the middle", verb: "push", intercept: () => tokens(2, 100) },
  { name: "a token that expires in the middle", verb: "pull", intercept: () => tokens(1, 100) },
  {
    name: "no connection that holds",
    verb: "pull",
    intercept: () => reset,
    said: /the connection to .* failed/i,
  },
  {
    name: "503 for ever",
    verb: "push",
    intercept: () => at(sendBlob, status(503, errorBody("UNAVAILABLE", "down for maintenance"))),
    said: /503.*down for maintenance/,
  },
  {
    name: "429 for an hour",
    verb: "pull",
    intercept: () => at(readManifest, status(429, "", { "retry-after": "3600" })),
    said: /answers 429 .* wait a while/,
  },
  {
    name: "401 whatever is answered",
    verb: "pull",
    intercept: () => demand("", 'Basic realm="https://registry.example/"'),
    said: /refuses the credentials/,
  },
  {
    name: "a token that is never good",
    verb: "push",
    intercept: () => tokens(0, 0),
    said: /refuses the credentials/,
  },
  {
    name: "a token server at a metadata address",
    verb: "push",
    intercept: () => demand("", 'Bearer realm="http://169.254.169.254/token",service="faults"'),
    said: /169\.254\.169\.254/,
  },
  {
    name: "one other byte in the layer",
    verb: "pull",
    intercept: insteadOf((bytes) => {
      const send = Buffer.from(bytes);
      send[send.length >> 1]! ^= 1;
      return { send, whole: true };
    }),
    said: /digest/,
  },
  {
    name: "half of the layer",
    verb: "pull",
    intercept: insteadOf((bytes) => ({ send: bytes.subarray(0, bytes.length >> 1), whole: false })),
    said: /the connection to .* failed|bytes/i,
  },
  {
    name: "a registry that takes nothing",
    verb: "push",
    intercept: () => at(startUpload, status(405, errorBody("UNSUPPORTED", "this registry is read-only"))),
    said: /this registry is read-only/,
  },
  {
    name: "no room left in the registry",
    verb: "push",
    intercept: () => at(sendBlob, status(507, errorBody("UNKNOWN", "no space left on device"))),
    said: /no space left on device/,
  },
  {
    name: "another digest for what was sent",
    verb: "push",
    intercept: () =>
      at(sendManifest, status(201, "", { "docker-content-digest": `sha256:${"0".repeat(64)}` })),
    said: /0{64}/,
  },
];

/** Lets in who has the right password; everybody's secrets are then on the wire. */
export const passwordDemanded: Intercept = demand(basic, 'Basic realm="https://registry.example/"');
