import { fromText, type ByteString } from "../byte-string.js";
import { Errno, type LogLevel } from "./enums.js";
import {
  everyVersion,
  letters,
  type HostCall,
  type HostFunction,
  type Implementation,
} from "./host-function.js";

/** What every release has. */
const longKnown = new Set([
  ...["args_get", "args_sizes_get", "clock_time_get", "environ_get", "environ_sizes_get", "fd_close"],
  ...["fd_fdstat_get", "fd_fdstat_set_flags", "fd_prestat_dir_name", "fd_prestat_get", "fd_read", "fd_seek"],
  ...["fd_write", "path_open", "poll_oneoff", "proc_exit", "random_get", "sched_yield"],
]);

/** WASI as Envoy offers it: output becomes log lines, there are no files (abi.md 5.17). */
export const wasiCalls: readonly HostFunction[] = [
  wasi("fd_write", "iiii", (call: HostCall, fd: number, vectors: number, count: number, writtenOut: number) =>
    writeOutput(call, fd, vectors, count, writtenOut),
  ),
  wasi(
    "fd_pwrite",
    "iiili",
    (call: HostCall, fd: number, vectors: number, count: number, _at: bigint, out: number) =>
      writeOutput(call, fd, vectors, count, out),
  ),
  // Envoy names the module wasi_unstable in this line, whichever one was imported (abi.md F.7).
  wasi("proc_exit", "i", (call: HostCall) => call.trace("wasi_unstable proc_exit"), "no result"),
  wasi("fd_seek", "ilii", (call: HostCall) => {
    call.trace("wasi_unstable fd_seek");
    return Errno.Success;
  }),
  wasi("fd_close", "i", (call: HostCall) => {
    call.trace("wasi_unstable fd_close");
    return Errno.Success;
  }),
  wasi("fd_fdstat_get", "ii", (call: HostCall, fd: number, out: number) => {
    if (!isOutput(fd)) return Errno.BadFileDescriptor;
    const stat = Buffer.alloc(24);
    const fdWriteRight = 1n << 6n;
    stat.writeBigUInt64LE(fdWriteRight, 8);
    // Envoy does not look whether it could be written.
    call.memory.write(out, stat);
    return Errno.Success;
  }),
  wasi("environ_sizes_get", "ii", (call: HostCall, countOut: number, sizeOut: number) => {
    const lines = environment(call);
    const size = lines.reduce((sum, line) => sum + line.length + 1, 0);
    return call.memory.writeU32(countOut, lines.length) && call.memory.writeU32(sizeOut, size)
      ? Errno.Success
      : Errno.Fault;
  }),
  wasi("environ_get", "ii", (call: HostCall, pointers: number, text: number) => {
    let address = text;
    for (const [index, line] of environment(call).entries()) {
      const bytes = Buffer.from(`${line}\0`, "latin1");
      if (!call.memory.writeU32(pointers + 4 * index, address) || !call.memory.write(address, bytes))
        return Errno.Fault;
      address += bytes.length;
    }
    return Errno.Success;
  }),
  wasi("args_sizes_get", "ii", (call: HostCall, countOut: number, sizeOut: number) =>
    call.memory.writeU32(countOut, 0) && call.memory.writeU32(sizeOut, 0) ? Errno.Success : Errno.Fault,
  ),
  wasi("args_get", "ii", () => Errno.Success),
  wasi("clock_time_get", "ili", (call: HostCall, clock: number, _precision: bigint, out: number) => {
    if (clock > 1) return Errno.NotSupported;
    const now = clock === 0 ? call.wallClockNanoseconds() : call.monotonicNanoseconds();
    return call.memory.writeU64(out, now) ? Errno.Success : Errno.Fault;
  }),
  wasi("clock_res_get", "ii", (call: HostCall, clock: number, out: number) => {
    if (clock > 1) return Errno.NotSupported;
    return call.memory.writeU64(out, 1n) ? Errno.Success : Errno.Fault;
  }),
  wasi("random_get", "ii", (call: HostCall, address: number, size: number) => {
    const maximum = 64 * 1024;
    if (size > maximum) return Errno.Invalid;
    return call.memory.write(address, call.random(size)) ? Errno.Success : Errno.Fault;
  }),
  wasi(
    "poll_oneoff",
    "iiii",
    (call: HostCall, _in: number, _out: number, _count: number, eventsOut: number) =>
      call.memory.writeU32(eventsOut, 0) ? Errno.Success : Errno.Fault,
  ),
  wasi("fd_tell", "ii", (call: HostCall, fd: number, out: number) => {
    if (!isOutput(fd)) return Errno.BadFileDescriptor;
    return call.memory.writeU64(out, 0n) ? Errno.Success : Errno.Fault;
  }),
  wasi("sched_yield", "", () => Errno.Success),
  wasi("path_open", "iiiiillii", () => Errno.NoEntry),
  wasi("fd_readdir", "iiili", () => Errno.NotDirectory),
  wasi("fd_renumber", "ii", (_call: HostCall, from: number, to: number) =>
    isOutput(from) && isOutput(to) ? Errno.NotSupported : Errno.BadFileDescriptor,
  ),
  wasi("fd_advise", "illi", () => Errno.Success),
  ...always(Errno.NotImplemented, {
    fd_read: "iiii",
    fd_pread: "iiili",
    fd_fdstat_set_flags: "ii",
    fd_prestat_dir_name: "iii",
  }),
  ...always(Errno.BadFileDescriptor, { fd_prestat_get: "ii", fd_filestat_get: "ii" }),
  ...onlyOutput({
    fd_allocate: "ill",
    fd_datasync: "i",
    fd_sync: "i",
    fd_fdstat_set_rights: "ill",
    fd_filestat_set_size: "il",
    fd_filestat_set_times: "illi",
  }),
  ...always(Errno.NotSupported, {
    path_create_directory: "iii",
    path_filestat_get: "iiiii",
    path_filestat_set_times: "iiiilli",
    path_link: "iiiiii",
    path_readlink: "iiiiii",
    path_remove_directory: "iii",
    path_rename: "iiiiii",
    path_symlink: "iiii",
    path_unlink_file: "iii",
    sock_accept: "iii",
    sock_recv: "iiiiii",
    sock_send: "iiiii",
    sock_shutdown: "ii",
  }),
].flat();

function writeOutput(call: HostCall, fd: number, vectors: number, count: number, writtenOut: number): number {
  const level = outputLevel(fd);
  if (level === null) return Errno.BadFileDescriptor;
  let text: ByteString = "";
  for (let index = 0; index < count; index++) {
    const address = call.memory.readU32(vectors + 8 * index);
    const size = call.memory.readU32(vectors + 8 * index + 4);
    const part = address === null || size === null ? null : call.memory.readString(address, size);
    if (part === null) return Errno.Fault;
    text += part;
  }
  const line = text.endsWith("\n") ? text.slice(0, -1) : text;
  if (text !== "") call.context.log(level, line);
  return call.memory.writeU32(writtenOut, text.length) ? Errno.Success : Errno.Fault;
}

function outputLevel(fd: number): LogLevel | null {
  if (fd === 1) return "info";
  return fd === 2 ? "error" : null;
}

function isOutput(fd: number): boolean {
  return outputLevel(fd) !== null;
}

function environment(call: HostCall): ByteString[] {
  return [...call.environment].map(([key, value]) => fromText(`${key}=${value}`));
}

function always(errno: number, functions: Readonly<Record<string, string>>): HostFunction[] {
  return Object.entries(functions).flatMap(([name, params]) => wasi(name, params, () => errno));
}

function onlyOutput(functions: Readonly<Record<string, string>>): HostFunction[] {
  return Object.entries(functions).flatMap(([name, params]) =>
    wasi(name, params, (_call: HostCall, fd: number) =>
      isOutput(fd) ? Errno.Success : Errno.BadFileDescriptor,
    ),
  );
}

/** The function under both of WASI's module names. */
function wasi(
  name: string,
  params: string,
  implementation: Implementation,
  result?: "no result",
): HostFunction[] {
  const signature = { params: letters(params), results: result === undefined ? (["i32"] as const) : [] };
  return (["wasi_snapshot_preview1", "wasi_unstable"] as const).map((module) => ({
    module,
    name,
    signature,
    versions: everyVersion,
    ...(longKnown.has(name) ? {} : { since: "wasi-complete" as const }),
    implementation,
  }));
}
