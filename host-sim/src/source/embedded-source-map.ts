/** The source map that a module carries in itself, as a `data:` URL in its section `sourceMappingURL`; null: it has none. */
export function embeddedSourceMap(module: WebAssembly.Module): string | null {
  const [section] = WebAssembly.Module.customSections(module, "sourceMappingURL");
  if (section === undefined) return null;
  // The section is a name: its length, then the URL.
  const parts = /data:application\/json[^,]*;base64,(.*)$/s.exec(Buffer.from(section).toString("latin1"));
  return parts === null ? null : Buffer.from(parts[1] ?? "", "base64").toString("utf8");
}
