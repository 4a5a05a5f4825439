import * as headerMap from "./abi/header-map";
import * as pairs from "./abi/pairs";
import * as result from "./abi/result";
import { HeaderMapType, Status } from "./abi/status";
import { toAsciiLowerCase } from "./ascii";

/**
 * The fields of one header or trailer map of the current stream, pseudo headers (`:path`, `:status`) among them.
 *
 * Names are compared without regard to case and sent in lower case. Values are text that keeps every octet: a byte
 * that is not UTF-8 is read as a lone surrogate U+DC80–U+DCFF and written back as the same byte.
 *
 * A map can be used in its own callback and while the message is held from there; request headers are also readable
 * in `onLog` (abi.md 8.1). Anywhere else `get` answers null, `has` false, `fields` an empty list, and
 * the writing methods false. Nothing here can end the VM.
 */
@unmanaged
export class Headers {
  /** Which map. An instance is static memory that holds just this number: reading headers allocates nothing. */
  private map: u32;

  /** The first value of a field; null when it is absent. An empty value is "". */
  get(name: string): string | null {
    return headerMap.getValue(this.map, name) == Status.Ok ? result.text() : null;
  }

  /** The first value of a field as bytes; null when it is absent. */
  getBytes(name: string): Uint8Array | null {
    return headerMap.getValue(this.map, name) == Status.Ok ? result.bytes() : null;
  }

  /** Whether a field of this name is present, be its value empty or not. */
  has(name: string): bool {
    return headerMap.getValue(this.map, name) == Status.Ok;
  }

  /** All fields in order: names at even places, values at odd ones; a repeated field is there repeatedly. */
  fields(): string[] {
    if (headerMap.getPairs(this.map) != Status.Ok) return [];
    return pairs.read(result.address(), result.size());
  }

  /** All values of a field in order; an empty list when it is absent. */
  getAll(name: string): string[] {
    const fields = this.fields();
    const wanted = toAsciiLowerCase(name);
    const values: string[] = [];
    for (let i = 0; i < fields.length; i += 2) {
      if (fields[i] == wanted) values.push(fields[i + 1]);
    }
    return values;
  }

  /** Gives a field one value, in place of all it had. False: the map can't be changed here. */
  set(name: string, value: string): bool {
    return headerMap.replaceValue(this.map, name, value) == Status.Ok;
  }

  /** Gives a field one value of any bytes, in place of all it had. False: the map can't be changed here. */
  setBytes(name: string, value: Uint8Array): bool {
    return headerMap.replaceBytes(this.map, name, value) == Status.Ok;
  }

  /** Appends a field; fields of the same name stay. False: the map can't be changed here. */
  add(name: string, value: string): bool {
    return headerMap.addValue(this.map, name, value) == Status.Ok;
  }

  /** Removes all fields of a name, if there are any. False: the map can't be changed here. */
  remove(name: string): bool {
    return headerMap.removeValue(this.map, name) == Status.Ok;
  }
}

/** The request's headers. */
export const requestHeaders = changetype<Headers>(memory.data<u32>([HeaderMapType.RequestHeaders]));
/** The request's trailers. */
export const requestTrailers = changetype<Headers>(memory.data<u32>([HeaderMapType.RequestTrailers]));
/** The response's headers. */
export const responseHeaders = changetype<Headers>(memory.data<u32>([HeaderMapType.ResponseHeaders]));
/** The response's trailers. */
export const responseTrailers = changetype<Headers>(memory.data<u32>([HeaderMapType.ResponseTrailers]));
