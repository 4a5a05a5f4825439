/**
 * An object of exactly 16,384 bytes as an API would send it. Its members are in alphabetical order and before "filtered",
 * its numbers and escapes have one spelling, so that every library writes the same bytes.
 */
export function json16k(): string {
  const records: object[] = [];
  const text = (padding: string) =>
    JSON.stringify({ batch: "2026-11", count: records.length, entries: records, extra: padding });
  for (let index = 0; text("").length < 16_000; ++index) {
    records.push({
      active: index % 3 !== 0,
      balance: index * 12.5 + 0.25,
      id: 100_000 + index * 7919,
      name: `Customer ${index} of "Rüdiger & Söhne"`.replace("&", "und"),
      parent: index % 5 === 0 ? null : 100_000 + index,
      tags: ["new", `region-${index % 7}`, "quarterly report"],
    });
  }
  const missing = 16_384 - Buffer.byteLength(text(""));
  if (missing < 0) throw new Error("the records are larger than the body is to be");
  return text("x".repeat(missing));
}
