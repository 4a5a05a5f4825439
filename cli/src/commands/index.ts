import type { Command } from "../command.js";

/**
 * Every verb, in the order in which a project needs them. Each is loaded when it is asked for: a process that pushes need not
 * read what replays.
 */
export const commands: Readonly<Record<string, () => Promise<unknown>>> = {
  build: async () => (await import("./build.js")).build,
  test: async () => (await import("./test.js")).test,
  replay: async () => (await import("./replay.js")).replay,
  record: async () => (await import("./record.js")).record,
  import: async () => (await import("./import.js")).importCommand,
  merge: async () => (await import("./merge.js")).merge,
  explore: async () => (await import("./explore.js")).explore,
  check: async () => (await import("./check.js")).check,
  package: async () => (await import("./package.js")).packageImage,
  inspect: async () => (await import("./inspect.js")).inspect,
  verify: async () => (await import("./verify.js")).verify,
  push: async () => (await import("./push.js")).push,
  pull: async () => (await import("./pull.js")).pull,
  copy: async () => (await import("./copy.js")).copy,
  attach: async () => (await import("./attach.js")).attach,
  discover: async () => (await import("./discover.js")).discover,
  tags: async () => (await import("./tags.js")).tags,
  login: async () => (await import("./login.js")).login,
  logout: async () => (await import("./logout.js")).logout,
  sign: async () => (await import("./sign.js")).sign,
  "verify-signature": async () => (await import("./verify-signature.js")).verifySignature,
  "manifest istio": surface("istio"),
  "manifest istio-traffic-extension": surface("istio-traffic-extension"),
  "manifest istio-envoyfilter": surface("istio-envoyfilter"),
  "manifest envoy-gateway": surface("envoy-gateway"),
  "manifest envoy": surface("envoy"),
  "manifest envoy-ecds": surface("envoy-ecds"),
  "manifest kubernetes-secret": async () =>
    (await import("./manifest-kubernetes-secret.js")).manifestKubernetesSecret,
};

function surface(name: string): () => Promise<unknown> {
  return async () => (await import("./manifest.js")).manifestCommand(name);
}

/** The verbs whose first word is this one; all of them, where there is none; none for the version. */
export async function loadCommands(word: string | undefined): Promise<readonly Command[]> {
  if (word === "-v" || word === "--version") return [];
  const names = Object.keys(commands);
  const meant = names.filter((name) => name.split(" ")[0] === word);
  // A command's inputs are typed within its own definition; whoever runs it goes by the names in it.
  const loaded = (meant.length > 0 ? meant : names).map((name) => commands[name]!() as Promise<Command>);
  return Promise.all(loaded);
}
