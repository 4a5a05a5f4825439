/// <reference lib="dom" />
import type { Fields, Message } from "./message.js";

const enum Status {
  Ok = 0,
  NotFound = 1,
  BadArgument = 2,
}

const REQUEST_HEADERS = 0;
const REQUEST_TRAILERS = 1;
const RESPONSE_HEADERS = 2;
const RESPONSE_TRAILERS = 3;
const REQUEST_BODY = 0;
const RESPONSE_BODY = 1;
const PLUGIN_CONFIGURATION = 7;

/** What came out behind the filter. */
export interface Passed {
  headers: [string, string][];
  body: string;
  trailers: [string, string][] | null;
  /** The status of a local reply; what was to come is then not sent. */
  reply: number | undefined;
}

type Exports = Record<string, (...args: number[]) => number> & { memory: WebAssembly.Memory };

/** A stream or a root: what its callbacks can reach at the moment. */
class HostContext {
  readonly maps = new Map<number, [string, string][]>();
  readonly buffers = new Map<number, Buffer>();
  /** Of a stream: the status of its local reply. */
  reply: number | undefined;
  /** Of a root: how many streams it has, and whether another root has taken its place. */
  streams = 0;
  draining = false;

  constructor(readonly id: number) {}
}

/**
 * The few host functions that the filter of this target needs, with Envoy's answers (abi.md 5 and 8), with
 * `allow_on_headers_stop_iteration`. Several streams may be on their way at once, and a root that was replaced serves its own to
 * their end.
 */
export class ExchangeHost {
  private readonly exports: Exports;
  private readonly contexts = new Map<number, HostContext>();
  private lastId = 0;
  private root: HostContext | undefined;
  /** In whose name the guest acts. */
  private effective: HostContext | undefined;

  constructor(module: WebAssembly.Module) {
    const imports: Record<string, (...args: number[]) => number> = {};
    // What the host does not have is not found.
    for (const { name } of WebAssembly.Module.imports(module)) imports[name] = () => Status.NotFound;
    Object.assign(imports, this.hostFunctions());
    const instance = new WebAssembly.Instance(module, { env: imports });
    this.exports = instance.exports as unknown as Exports;
    this.exports["_initialize"]!();
    if (!this.start(Buffer.alloc(0))) throw new Error("the plugin does not start");
  }

  get memorySize(): number {
    return this.exports.memory.buffer.byteLength;
  }

  /** A new root with this configuration; false, and the old one stays, when it refuses. */
  start(configuration: Buffer): boolean {
    const root = this.create(0);
    root.buffers.set(PLUGIN_CONFIGURATION, configuration);
    const good =
      this.call(root, "proxy_on_vm_start", 0) !== 0 &&
      this.call(root, "proxy_on_configure", configuration.length) !== 0;
    root.buffers.clear();
    const gone = good ? this.root : root;
    if (good) this.root = root;
    if (gone !== undefined) {
      gone.draining = true;
      this.endRoot(gone);
    }
    return good;
  }

  /** An exchange, callback by callback: between them others may have their turn. */
  *exchange(request: Message, response: Message): Generator<void, { request: Passed; response: Passed }> {
    const root = this.root!;
    root.streams++;
    const stream = this.create(root.id);
    const sent = yield* this.pass(
      stream,
      request,
      "request",
      REQUEST_HEADERS,
      REQUEST_TRAILERS,
      REQUEST_BODY,
    );
    yield;
    const answer: Message =
      sent.reply === undefined
        ? response
        : { headers: [[":status", String(sent.reply)]], pieces: [], endsEmpty: false, trailers: null };
    const received = yield* this.pass(
      stream,
      answer,
      "response",
      RESPONSE_HEADERS,
      RESPONSE_TRAILERS,
      RESPONSE_BODY,
    );
    stream.maps.set(RESPONSE_HEADERS, received.headers);
    this.call(stream, "proxy_on_log");
    stream.maps.clear();
    this.end(stream);
    root.streams--;
    this.endRoot(root);
    return { request: sent, response: received };
  }

  private create(parent: number): HostContext {
    const context = new HostContext(++this.lastId);
    this.contexts.set(context.id, context);
    this.call(context, "proxy_on_context_create", parent);
    return context;
  }

  private endRoot(root: HostContext): void {
    if (root.draining && root.streams === 0) this.end(root);
  }

  private end(context: HostContext): void {
    this.call(context, "proxy_on_done");
    this.call(context, "proxy_on_delete");
    this.contexts.delete(context.id);
  }

  /** One direction: headers, the pieces, trailers. What a callback holds waits for the next one. */
  private *pass(
    stream: HostContext,
    message: Message,
    direction: "request" | "response",
    headerMap: number,
    trailerMap: number,
    buffer: number,
  ): Generator<void, Passed> {
    const { pieces, trailers } = message;
    const passed: Passed = {
      headers: message.headers.map(([name, value]) => [name, value]),
      body: "",
      trailers: null,
      reply: undefined,
    };
    const body: Buffer[] = [];
    stream.reply = undefined;
    const last = pieces.length > 0 && !message.endsEmpty && trailers === null ? pieces.length - 1 : -1;
    const endsEmpty = trailers === null && last < 0 && (pieces.length > 0 || message.endsEmpty);
    const headersEnd = trailers === null && last < 0 && !endsEmpty;
    stream.maps.set(headerMap, passed.headers);
    const action = this.call(
      stream,
      `proxy_on_${direction}_headers`,
      passed.headers.length,
      headersEnd ? 1 : 0,
    );
    let headersHeld = action === 1;
    if (!headersHeld) stream.maps.delete(headerMap);
    const settled = (): boolean => (passed.reply = stream.reply) !== undefined;
    if (settled()) return passed;
    if (action !== 0 && !headersHeld) throw new Error(`headers stopped with ${action}`);
    let held: Buffer = Buffer.alloc(0);
    for (const [i, piece] of [...pieces, ...(endsEmpty ? [""] : [])].entries()) {
      yield;
      stream.buffers.set(buffer, Buffer.concat([held, Buffer.from(piece, "latin1")]));
      const isLast = i === last || i === pieces.length;
      const size = stream.buffers.get(buffer)!.length;
      const action = this.call(stream, `proxy_on_${direction}_body`, size, isLast ? 1 : 0);
      if (settled()) return passed;
      held = stream.buffers.get(buffer)!;
      if (action === 0) {
        body.push(held);
        held = Buffer.alloc(0);
        headersHeld = false;
      } else if (action !== 1) {
        throw new Error(`a body stopped with ${action}`);
      } else if (isLast) {
        throw new Error("a body is held for ever");
      }
    }
    if (trailers !== null) {
      yield;
      passed.trailers = trailers.map(([name, value]) => [name, value]);
      stream.maps.set(trailerMap, passed.trailers);
      stream.buffers.set(buffer, held);
      const action = this.call(stream, `proxy_on_${direction}_trailers`, trailers.length);
      if (settled()) return passed;
      if (action !== 0) throw new Error("trailers are held for ever");
      body.push(stream.buffers.get(buffer)!);
      headersHeld = false;
    }
    if (headersHeld) throw new Error("headers are held for ever");
    stream.maps.delete(headerMap);
    stream.maps.delete(trailerMap);
    stream.buffers.delete(buffer);
    passed.body = Buffer.concat(body).toString("latin1");
    return passed;
  }

  private call(context: HostContext, name: string, ...args: number[]): number {
    this.effective = context;
    return this.exports[name]?.(context.id, ...args) ?? 0;
  }

  private hostFunctions(): Record<string, (...args: number[]) => number> {
    const text = (at: number, size: number): string =>
      this.memory().toString("latin1", at >>> 0, (at >>> 0) + (size >>> 0));
    const named = (map: number, name: string): [string, string][] | undefined =>
      this.effective?.maps.get(map)?.filter(([other]) => other === name.toLowerCase());
    const change = (map: number, edit: (fields: [string, string][]) => [string, string][]): number => {
      const fields = this.effective?.maps.get(map);
      if (fields === undefined) return Status.BadArgument;
      fields.splice(0, fields.length, ...edit([...fields]));
      return Status.Ok;
    };
    return {
      proxy_log: (level, at, size) => {
        // The abort handler's line; the trap follows.
        if (level === 5) throw new Error(text(at!, size!));
        return Status.Ok;
      },
      proxy_get_log_level: (at) => this.writeWord(at!, 2),
      proxy_get_property: (_path, _size, at, sizeAt) => this.give(Buffer.alloc(0), at!, sizeAt!),
      proxy_set_effective_context: (id) => {
        const context = this.contexts.get(id!);
        if (context === undefined) return Status.BadArgument;
        this.effective = context;
        return Status.Ok;
      },
      proxy_continue_stream: () => Status.Ok,
      proxy_close_stream: () => Status.Ok,
      proxy_send_local_response: (status) => {
        if (this.effective !== undefined) this.effective.reply = status;
        return Status.Ok;
      },
      proxy_get_header_map_pairs: (map, at, sizeAt) =>
        this.give(serialise(this.effective?.maps.get(map!) ?? []), at!, sizeAt!),
      proxy_get_header_map_size: (map, at) => {
        const fields = this.effective?.maps.get(map!);
        return fields === undefined ? Status.BadArgument : this.writeWord(at!, fields.flat().join("").length);
      },
      proxy_get_header_map_value: (map, name, size, at, sizeAt) => {
        const found = named(map!, text(name!, size!));
        if (found === undefined) return Status.BadArgument;
        return found.length === 0
          ? Status.NotFound
          : this.give(Buffer.from(found[0]![1], "latin1"), at!, sizeAt!);
      },
      proxy_set_header_map_pairs: (map, at, size) => {
        const fields = deserialise(Buffer.from(text(at!, size!), "latin1"));
        return fields === undefined ? Status.BadArgument : change(map!, () => fields);
      },
      proxy_add_header_map_value: (map, name, nameSize, value, size) => {
        const field: [string, string] = [text(name!, nameSize!).toLowerCase(), text(value!, size!)];
        this.checkField(field);
        return change(map!, (fields) => [...fields, field]);
      },
      proxy_replace_header_map_value: (map, name, nameSize, value, size) => {
        const field: [string, string] = [text(name!, nameSize!).toLowerCase(), text(value!, size!)];
        this.checkField(field);
        return change(map!, (fields) => {
          const first = fields.findIndex(([other]) => other === field[0]);
          const rest = fields.filter(([other]) => other !== field[0]);
          rest.splice(first < 0 ? rest.length : first, 0, field);
          return rest;
        });
      },
      proxy_remove_header_map_value: (map, name, size) => {
        const wanted = text(name!, size!).toLowerCase();
        return change(map!, (fields) => fields.filter(([other]) => other !== wanted));
      },
      proxy_get_buffer_status: (buffer, at, flagsAt) => {
        const bytes = this.effective?.buffers.get(buffer!);
        if (bytes === undefined) return Status.NotFound;
        this.writeWord(flagsAt!, 0);
        return this.writeWord(at!, bytes.length);
      },
      proxy_get_buffer_bytes: (buffer, start, length, at, sizeAt) => {
        const bytes = this.effective?.buffers.get(buffer!);
        if (bytes === undefined) return Status.NotFound;
        const from = start! >>> 0;
        return this.give(bytes.subarray(from, Math.min(bytes.length, from + (length! >>> 0))), at!, sizeAt!);
      },
      proxy_set_buffer_bytes: (buffer, start, length, at, size) => {
        const bytes = this.effective?.buffers.get(buffer!);
        if (bytes === undefined) return Status.NotFound;
        const data = Buffer.from(text(at!, size!), "latin1");
        const [from, count] = [start! >>> 0, length! >>> 0];
        if (from === 0)
          this.effective?.buffers.set(
            buffer!,
            Buffer.concat([data, bytes.subarray(Math.min(count, bytes.length))]),
          );
        else if (from >= bytes.length) this.effective?.buffers.set(buffer!, Buffer.concat([bytes, data]));
        else return Status.BadArgument;
        return Status.Ok;
      },
    };
  }

  /** Nothing may reach the host that it would answer with 503 later (abi.md 5.6). */
  private checkField([name, value]: [string, string]): void {
    if (!/^:?[!#$%&'*+\-.^_`|~\da-z]+$/.test(name) || /[\0-\x08\x0a-\x1f\x7f]/.test(value))
      throw new Error(`the field ${JSON.stringify([name, value])} was sent to the host`);
  }

  /** The memory; it may have grown since the last look. */
  private memory(): Buffer {
    return Buffer.from(this.exports.memory.buffer);
  }

  private writeWord(at: number, value: number): number {
    this.memory().writeUInt32LE(value >>> 0, at >>> 0);
    return Status.Ok;
  }

  private give(data: Buffer, at: number, sizeAt: number): number {
    const address = data.length === 0 ? 0 : this.exports["proxy_on_memory_allocate"]!(data.length);
    this.memory().set(data, address);
    this.writeWord(at, address);
    return this.writeWord(sizeAt, data.length);
  }
}

/** abi.md 3.5; an empty map is no bytes. */
function serialise(fields: Fields): Buffer {
  if (fields.length === 0) return Buffer.alloc(0);
  const sizes = Buffer.alloc(4 + fields.length * 8);
  sizes.writeUInt32LE(fields.length);
  fields.forEach(([name, value], i) => {
    sizes.writeUInt32LE(name.length, 4 + i * 8);
    sizes.writeUInt32LE(value.length, 8 + i * 8);
  });
  return Buffer.concat([
    sizes,
    Buffer.from(fields.map(([name, value]) => `${name}\0${value}\0`).join(""), "latin1"),
  ]);
}

function deserialise(bytes: Buffer): [string, string][] | undefined {
  if (bytes.length < 4) return bytes.length === 0 ? [] : undefined;
  const fields: [string, string][] = [];
  const count = bytes.readUInt32LE();
  let at = 4 + count * 8;
  for (let i = 0; i < count; i++) {
    const [nameSize, valueSize] = [bytes.readUInt32LE(4 + i * 8), bytes.readUInt32LE(8 + i * 8)];
    fields.push([
      bytes.toString("latin1", at, at + nameSize),
      bytes.toString("latin1", at + nameSize + 1, at + nameSize + 1 + valueSize),
    ]);
    at += nameSize + valueSize + 2;
  }
  return at === bytes.length ? fields : undefined;
}
