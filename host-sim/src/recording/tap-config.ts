/** The taps that `joinTaps` reads, as filters of an HTTP connection manager: `before` the filter, `behind` it. */
export interface TapFilters {
  readonly before: object;
  readonly behind: object;
}

/** Of each piece of a body no more than this is tapped; Envoy's own default is 1 KiB. */
export const TAP_BODY_LIMIT = 64 * 1024 * 1024;

/** Streaming taps that write a file for each stream into a folder: the same name behind `before_` and `behind_`. */
export function tapFilters(folder: string): TapFilters {
  const tap = (place: "before" | "behind"): object => ({
    name: `tap-${place}`,
    typed_config: {
      "@type": "type.googleapis.com/envoy.extensions.filters.http.tap.v3.Tap",
      common_config: {
        static_config: {
          match: { any_match: true },
          output_config: {
            streaming: true,
            max_buffered_rx_bytes: TAP_BODY_LIMIT,
            max_buffered_tx_bytes: TAP_BODY_LIMIT,
            sinks: [
              {
                format: "PROTO_BINARY_LENGTH_DELIMITED",
                file_per_tap: { path_prefix: `${folder.replace(/\/+$/, "")}/${place}` },
              },
            ],
          },
        },
      },
    },
  });
  return { before: tap("before"), behind: tap("behind") };
}
