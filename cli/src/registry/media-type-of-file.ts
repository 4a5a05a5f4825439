import { basename } from "node:path";
import { usageError } from "../errors.js";

/** What a file is by the end of its name: those that people attach to images. The first that fits counts. */
const endings: readonly (readonly [ending: string, mediaType: string])[] = [
  [".spdx.json", "application/spdx+json"],
  [".cdx.json", "application/vnd.cyclonedx+json"],
  [".sarif.json", "application/sarif+json"],
  [".sarif", "application/sarif+json"],
  [".schema.json", "application/schema+json"],
  [".json", "application/json"],
  [".yaml", "application/yaml"],
  [".yml", "application/yaml"],
  [".md", "text/markdown"],
  [".txt", "text/plain"],
  [".html", "text/html"],
  [".xml", "application/xml"],
  [".wasm", "application/wasm"],
];

export interface TypedFile {
  readonly path: string;
  readonly mediaType: string;
}

/** Reads `FILE` or `FILE:MEDIA/TYPE`. A type that nobody said is a mistake, not `application/octet-stream`. */
export function readTypedFile(text: string): TypedFile {
  // A path may hold colons; a media type holds one slash and no colon.
  const [, path, mediaType] = /^(.+):([^/:\\]+\/[^/:\\]+)$/.exec(text) ?? [];
  if (path !== undefined && mediaType !== undefined) return { path, mediaType };
  const name = basename(text).toLowerCase();
  const known = endings.find(([ending]) => name.endsWith(ending));
  if (known !== undefined) return { path: text, mediaType: known[1] };
  throw usageError(
    `the media type of ${text} is not known`,
    `write it behind the name, as in ${text}:application/vnd.example.thing.v1`,
  );
}
