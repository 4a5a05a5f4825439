import * as buffer from "../abi/buffer";
import * as result from "../abi/result";
import { BufferType, Status } from "../abi/status";
import { ConfigurationReader } from "./reader";

/**
 * A configuration as the host passes it: the text of a `StringValue`, the bytes of a `BytesValue`; Istio's
 * `pluginConfig` arrives as JSON text. Any other message, `google.protobuf.Struct` among them, arrives as its
 * protobuf bytes (abi.md 5.2).
 */
@unmanaged
export class Configuration {
  /** Which buffer. An instance is static memory that holds just this number. */
  private buffer: u32;

  /** Its size in bytes; 0 when there is none. */
  get size(): u32 {
    return buffer.length(this.buffer);
  }

  /** A copy of its bytes; empty when there is none. */
  bytes(): Uint8Array {
    if (buffer.read(this.buffer, 0, buffer.END) != Status.Ok) return new Uint8Array(0);
    return result.bytes();
  }

  /** Reads it member by member, as JSON or as a `google.protobuf.Struct`. That there is none is the reader's first problem. */
  reader(): ConfigurationReader {
    return ConfigurationReader.of(this.bytes(), false);
  }

  /** Reads it member by member as `reader` does; when there is none, it reads as an empty object. */
  optionalReader(): ConfigurationReader {
    return ConfigurationReader.of(this.bytes(), true);
  }

  /** Its text; "" when there is none. */
  text(): string {
    if (buffer.read(this.buffer, 0, buffer.END) != Status.Ok) return "";
    return result.text();
  }
}

/** The plugin's configuration, readable only in `onConfigure`. */
export const pluginConfiguration = changetype<Configuration>(
  memory.data<u32>([BufferType.PluginConfiguration]),
);

/** The VM's configuration, readable in every callback. */
export const vmConfiguration = changetype<Configuration>(memory.data<u32>([BufferType.VmConfiguration]));
