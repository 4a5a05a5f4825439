import { CommonFlags, type Parser, VariableStatement } from "assemblyscript";

/**
 * Exports the runtime's private count of allocated bytes, `total` of `rt/tcms`, to the SDK's collector: the runtime `minimal`
 * never collects by itself and offers no other way to know when it is worth it.
 */
export function exportRuntimeCounter(parser: Parser): void {
  const runtime = parser.sources.find((source) => source.internalPath === "~lib/rt/tcms");
  for (const statement of runtime?.statements ?? []) {
    if (!(statement instanceof VariableStatement)) continue;
    for (const declaration of statement.declarations) {
      if (declaration.name.text === "total") declaration.flags |= CommonFlags.Export;
    }
  }
}
