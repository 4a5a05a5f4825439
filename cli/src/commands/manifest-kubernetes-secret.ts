import { stringify } from "yaml";
import { defineCommand, json, required } from "../command.js";
import { CliError } from "../errors.js";
import { readAddress, readRegistry } from "../registry/address.js";
import { credentials, registryOptions } from "../registry/registry-options.js";
import { metadataOptions, pullSecret, readMetadata } from "../surfaces/index.js";

const { username, passwordStdin } = registryOptions;

export const manifestKubernetesSecret = defineCommand({
  name: "manifest kubernetes-secret",
  summary: "print the Secret that lets a cluster pull from a registry; it holds your credentials in clear",
  arguments: { registry: required("the registry: ghcr.io, or an image's address there") },
  options: {
    ...metadataOptions,
    username,
    passwordStdin,
    json,
  },
  async run(input, terminal) {
    const address = input.registry.includes("/") ? readAddress(input.registry) : undefined;
    const registry =
      address?.kind === "registry" ? address.registry : readRegistry(input.registry.replace(/^oci:\/\//, ""));
    const metadata = readMetadata(input, `${registry}-pull`);
    const known = await credentials(input, terminal);
    const credential = typeof known === "function" ? await known(registry) : known;
    if (credential === undefined) {
      throw new CliError(
        "ERR_USAGE",
        `nothing is known that would let anybody into ${registry}`,
        `log in with as-proxy-wasm login ${registry}, or give --username and --password-stdin`,
      );
    }
    const secret = pullSecret(metadata, registry, credential);
    if (input.json) terminal.json(secret);
    else terminal.out(stringify(secret, { lineWidth: 0 }).trimEnd());
    terminal.note(
      `next: kubectl apply it in the namespace of the plugin, and give --pull-secret ${metadata.name} to manifest istio; keep it out of git`,
    );
    return 0;
  },
});
