/** The Secret that Istio and Envoy Gateway read a registry's credentials from (oci.md 1.1): one form alone is taken. */
import { type Credential, dockerConfigEntry } from "oras-js";
import type { Metadata } from "./kubernetes.js";

export function pullSecret(metadata: Metadata, registry: string, credential: Credential): object {
  const config = { auths: dockerConfigEntry(registry, credential) };
  return {
    apiVersion: "v1",
    kind: "Secret",
    metadata,
    type: "kubernetes.io/dockerconfigjson",
    data: { ".dockerconfigjson": Buffer.from(JSON.stringify(config), "utf8").toString("base64") },
  };
}
