import { istioFetcher } from "./istio-fetcher.js";

/** Higress, whose fork of Istio has the fetcher of 1.19. */
export const higress = istioFetcher({
  name: "higress",
  title: "Higress",
  evidence: "source",
  sources: {
    imageFetcher: "higress-group/istio pkg/wasm/imagefetcher.go",
    cache: "higress-group/istio pkg/wasm/cache.go",
  },
});
