/** `00000010  68 65 6c 6c 6f …  hello` */
export function hexDump(bytes: Uint8Array): string {
  const lines: string[] = [];
  for (let offset = 0; offset < bytes.length; offset += 16) {
    const row = bytes.subarray(offset, offset + 16);
    const digits = [...row].map((byte) => byte.toString(16).padStart(2, "0"));
    const columns = `${digits.slice(0, 8).join(" ")}  ${digits.slice(8).join(" ")}`.padEnd(49);
    const text = [...row].map((byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : "·"));
    lines.push(`${offset.toString(16).padStart(8, "0")}  ${columns} ${text.join("")}`);
  }
  return lines.join("\n");
}
