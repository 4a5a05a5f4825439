import * as headerMap from "../abi/header-map";
import { HeaderMapType, Status } from "../abi/status";
import { IS_MOSN } from "../abi/target";
import { toAsciiLowerCase } from "../ascii";
import { Failure, fail, forgetFailure } from "../context/failure";

/**
 * The fields of one header or trailer map, pseudo headers (`:path`, `:status`) among them.
 *
 * Names are compared without regard to case and sent in lower case. Values are text that keeps every octet: a byte
 * that is not UTF-8 is read as a lone surrogate U+DC80–U+DCFF and written back as the same byte.
 *
 * A map can be used in its own callback and while the message is held from there; request and response headers are also readable
 * in `onLog` (abi.md 8.1). Anywhere else reading answers null, false or nothing, writing answers false, and `lastFailure()` says
 * why. A field that must not be sent (CR, LF or NUL in a value, a name that is no token) is refused: the host would answer 503 later
 * (abi.md 5.6). Pseudo headers can be set, to what may stand in a start line, and neither added nor removed. Nothing here can end the VM.
 */
@unmanaged
export class Headers {
  /** Which map. An instance is static memory that holds just this number: reading headers allocates nothing. */
  private map: u32;

  /** The first value of a field; null when it is absent. An empty value is "". */
  get(name: string): string | null {
    return this.find(name) ? headerMap.text() : null;
  }

  /** The first value of a field as bytes; null when it is absent. */
  getBytes(name: string): Uint8Array | null {
    return this.find(name) ? headerMap.bytes() : null;
  }

  /** Whether a field of this name is present, be its value empty or not. */
  has(name: string): bool {
    return this.find(name);
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

  /** All fields in order: names at even places, values at odd ones; a repeated field is there repeatedly. */
  fields(): string[] {
    const fields = headerMap.fields(this.map);
    // Envoy's names are in lower case.
    if (IS_MOSN) for (let i = 0; i < fields.length; i += 2) fields[i] = toAsciiLowerCase(fields[i]);
    // The host says the same of an empty map and of none; only a single field tells them apart.
    if (fields.length == 0) this.find("");
    return fields;
  }

  /** How many fields there are, repeated ones counted each time; 0 when the map can't be read now. */
  get count(): i32 {
    const count = headerMap.count(this.map);
    if (count == 0) this.find("");
    return count;
  }

  /** The size of all names and values together, in bytes; -1 where the map can't be changed, `onLog` included. */
  get byteSize(): i32 {
    const size = headerMap.byteSize(this.map);
    if (size < 0) fail(Failure.HeadersUnwritable, this.map);
    return size;
  }

  /** Gives a field one value, in place of all it had. False: see `lastFailure()`; nothing has changed. */
  set(name: string, value: string): bool {
    return this.wrote(headerMap.replaceValue(this.map, name, value));
  }

  /** Gives a field one value of any bytes, in place of all it had. False: see `lastFailure()`; nothing has changed. */
  setBytes(name: string, value: Uint8Array): bool {
    return this.wrote(headerMap.replaceBytes(this.map, name, value));
  }

  /** Appends a field; fields of the same name stay. False: see `lastFailure()`; nothing has changed. */
  add(name: string, value: string): bool {
    return this.wrote(headerMap.addValue(this.map, name, value));
  }

  /** Appends a field of any bytes; fields of the same name stay. False: see `lastFailure()`; nothing has changed. */
  addBytes(name: string, value: Uint8Array): bool {
    return this.wrote(headerMap.addBytes(this.map, name, value));
  }

  /** Removes all fields of a name, if there are any. False: the map can't be changed here, or the name is a pseudo header's. */
  remove(name: string): bool {
    return this.wrote(headerMap.removeValue(this.map, name));
  }

  /**
   * Puts `fields` (names at even places, values at odd ones) in place of what the peer sent. Pseudo headers and Envoy's own fields
   * (`x-envoy-…`, `x-forwarded-proto`, `x-request-id`) stay unless `fields` has them: without them Envoy finds no route (abi.md 5.6).
   * False: see `lastFailure()`; nothing has changed.
   */
  setAll(fields: string[]): bool {
    if (fields.length & 1) return fail(Failure.FieldPairs);
    for (let i = 0; i < fields.length; i += 2) {
      const problem = headerMap.checkField(fields[i], fields[i + 1]);
      if (problem != headerMap.Write.Done) return this.wrote(problem);
    }
    const before = this.fields();
    const after: string[] = [];
    for (let i = 0; i < before.length; i += 2) {
      if (!belongsToProxy(before[i]) || hasField(fields, before[i])) continue;
      after.push(before[i]);
      after.push(before[i + 1]);
    }
    for (let i = 0; i < fields.length; ++i) after.push(fields[i]);
    return this.wrote(headerMap.replaceAll(this.map, after));
  }

  private find(name: string): bool {
    const status = headerMap.find(this.map, name);
    if (status == Status.Ok) return true;
    // What is absent is no failure, and must not show that of an earlier call.
    if (status == Status.NotFound) forgetFailure();
    else fail(Failure.HeadersUnreadable, this.map);
    return false;
  }

  private wrote(write: headerMap.Write): bool {
    return write == headerMap.Write.Done || fail(failureOf(write), this.map);
  }
}

function failureOf(write: headerMap.Write): Failure {
  if (write == headerMap.Write.BadName) return Failure.FieldName;
  if (write == headerMap.Write.BadValue) return Failure.FieldValue;
  if (write == headerMap.Write.BadPseudo) return Failure.PseudoHeader;
  if (write == headerMap.Write.TooMany) return Failure.TooManyFields;
  return Failure.HeadersUnwritable;
}

function belongsToProxy(name: string): bool {
  return (
    name.startsWith(":") ||
    name.startsWith("x-envoy-") ||
    name == "x-forwarded-proto" ||
    name == "x-request-id"
  );
}

function hasField(fields: string[], name: string): bool {
  for (let i = 0; i < fields.length; i += 2) {
    if (toAsciiLowerCase(fields[i]) == name) return true;
  }
  return false;
}

/** A number that no map has. */
const NO_MAP: u32 = 8;

/** The request's headers. */
export const requestHeaders = changetype<Headers>(memory.data<u32>([HeaderMapType.RequestHeaders]));
/** The request's trailers. */
export const requestTrailers = changetype<Headers>(memory.data<u32>([HeaderMapType.RequestTrailers]));
/** The response's headers. */
export const responseHeaders = changetype<Headers>(memory.data<u32>([HeaderMapType.ResponseHeaders]));
/** The response's trailers. */
export const responseTrailers = changetype<Headers>(memory.data<u32>([HeaderMapType.ResponseTrailers]));
/** The headers of the answer to an HTTP call. */
export const callHeaders = changetype<Headers>(memory.data<u32>([HeaderMapType.HttpCallResponseHeaders]));
/** The trailers of the answer to an HTTP call. */
export const callTrailers = changetype<Headers>(memory.data<u32>([HeaderMapType.HttpCallResponseTrailers]));
/** The initial metadata of a gRPC stream. */
export const grpcInitialMetadata = changetype<Headers>(
  memory.data<u32>([HeaderMapType.GrpcReceiveInitialMetadata]),
);
/** The trailing metadata of a gRPC stream. */
export const grpcTrailingMetadata = changetype<Headers>(
  memory.data<u32>([HeaderMapType.GrpcReceiveTrailingMetadata]),
);
/** What a stream has that can't be reached now. */
export const noHeaders = changetype<Headers>(memory.data<u32>([NO_MAP]));
