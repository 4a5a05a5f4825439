import { labelName } from "./series-name";

/**
 * The part of Envoy's bootstrap, as YAML, that turns the labels of series (`Counter.with` and the like) into
 * tags, which Prometheus calls labels. Write it once, into the bootstrap's top level; it is good for all
 * metrics that use these labels, of this filter and of others:
 *
 *     stats_config:
 *       stats_tags:
 *       - tag_name: route
 *         regex: '^wasmcustom\..*?(;route=([^;]*))'
 *
 * One line a label is all it takes, so it can be written by hand; or log it once:
 * `log.info(statsTags(["route", "code"]))` in `onConfigure`.
 */
export function statsTags(labels: string[]): string {
  let yaml = "stats_config:\n  stats_tags:\n";
  for (let i = 0; i < labels.length; ++i) {
    const label = labelName(labels[i]);
    yaml += "  - tag_name: " + label + "\n    regex: '^wasmcustom\\..*?(;" + label + "=([^;]*))'\n";
  }
  return yaml;
}
