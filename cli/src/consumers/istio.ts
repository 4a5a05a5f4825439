import { istioFetcher } from "./istio-fetcher.js";

/** Istio's agent, 1.31. */
export const istio = istioFetcher({
  name: "istio",
  title: "Istio",
  evidence: "measured",
  sources: { imageFetcher: "istio/istio pkg/wasm/imagefetcher.go", cache: "istio/istio pkg/wasm/cache.go" },
  tooLarge: "of a bare module Istio reads the first 268435456 bytes and hands them to Envoy without a word",
});
