import type { Fidelity } from "as-proxy-wasm-sim";

/** docs/simulator.md. */
export function fidelityPage(rows: readonly Fidelity[]): string {
  const lines = (level: Fidelity["level"]) => rows.filter((row) => row.level === level).map(line);
  return `# What the simulator simulates

The same module and the same traffic in a real Envoy 1.40 are the judge (\`test/conformance\`, \`as-proxy-wasm replay --diff-envoy\`). This
page is made from \`host-sim/src/fidelity.ts\`; a test keeps it.

## Exactly

ABI trace, log, bytes and metrics are compared line by line, in the cases named.

${lines("exact").join("\n")}

## By approximation

${lines("approximate").join("\n")}

## Not at all

Nothing of this is answered with an invented value: where a filter comes to it, the exchange ends as \`failed\` with the code.

${lines("not").join("\n")}
`;
}

function line(row: Fidelity): string {
  switch (row.level) {
    case "exact":
      return `- **${row.subject}**: ${row.cases.map((name) => `\`${name}\``).join(", ")}`;
    case "approximate":
      return `- **${row.subject}**: ${row.how}`;
    case "not":
      return `- **${row.subject}**: ${row.instead}${row.error === null ? "" : ` (\`${row.error}\`)`}`;
  }
}
