import type { Http2Frame } from "./frame.js";

/** Frames as lines: each begins with its type, headers and data follow. */
export function framesText(frames: readonly Http2Frame[]): string {
  return frames.map(frameText).join("");
}

function frameText(frame: Http2Frame): string {
  switch (frame.type) {
    case "HEADERS":
      return `HEADERS${frame.endStream ? " END_STREAM" : ""}\n${fieldLines(frame.fields)}`;
    case "METADATA":
      return `METADATA\n${fieldLines(frame.fields)}`;
    case "DATA": {
      const text = Buffer.from(frame.bytes).toString("latin1");
      return `DATA ${text.length}${frame.endStream ? " END_STREAM" : ""}\n${text === "" ? "" : `  ${text}\n`}`;
    }
    case "RST_STREAM":
      return `RST_STREAM ${frame.code}\n`;
    case "GOAWAY":
      return `GOAWAY ${frame.code}\n`;
  }
}

function fieldLines(fields: readonly (readonly [string, string])[]): string {
  return fields.map(([name, value]) => `  ${name}: ${value}\n`).join("");
}
