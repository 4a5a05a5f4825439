import { istioFetcher } from "./istio-fetcher.js";

/** Envoy Gateway 1.x: its controller fetches the image and serves the module to Envoy. */
export const envoyGateway = istioFetcher({
  name: "envoy-gateway",
  title: "Envoy Gateway",
  evidence: "source",
  sources: {
    imageFetcher: "envoyproxy/gateway internal/wasm/imagefetcher.go",
    cache: "envoyproxy/gateway internal/wasm/cache.go",
  },
});
