// What is no HTTP: WASI, shared data, other contexts.
import * as env from "../../assembly/env";
import { bytes, enter, getHeader, log, replaceHeader } from "../../assembly/host";
import { getShared, setShared } from "./shared-data";
import * as wasi from "./wasi_snapshot_preview1";

export function proxy_abi_version_0_2_1(): void {}

export function malloc(size: i32): usize {
  return heap.alloc(size);
}

/** Room for what WASI calls write. */
const AREA = memory.data(256);

function write(fd: i32, first: string, second: string): void {
  const one = bytes(first);
  const two = bytes(second);
  store<u32>(AREA, changetype<usize>(one));
  store<u32>(AREA, one.byteLength, 4);
  store<u32>(AREA, changetype<usize>(two), 8);
  store<u32>(AREA, two.byteLength, 12);
  store<i32>(AREA, -1, 16);
  const result = wasi.fd_write(fd, AREA, 2, AREA + 16);
  const positioned = wasi.fd_pwrite(fd, AREA, 2, 0, AREA + 20);
  log(
    "write to " +
      fd.toString() +
      " " +
      result.toString() +
      " " +
      load<i32>(AREA, 16).toString() +
      " at " +
      positioned.toString(),
  );
}

function descriptors(fd: i32): void {
  let line = "descriptor " + fd.toString() + ":";
  line += "\nfd_seek " + wasi.fd_seek(fd, 0, 0, AREA).toString();
  line += "\nfd_close " + wasi.fd_close(fd).toString();
  line += "\nfd_fdstat_get " + wasi.fd_fdstat_get(fd, AREA).toString();
  line += "\npath_open " + wasi.path_open(fd, 0, 0, 0, 0, 0, 0, 0, 0).toString();
  line += "\nfd_readdir " + wasi.fd_readdir(fd, 0, 0, 0, 0).toString();
  line += "\nfd_renumber " + wasi.fd_renumber(fd, 0).toString();
  line += " " + wasi.fd_renumber(fd, 2).toString();
  line += "\nfd_advise " + wasi.fd_advise(fd, 0, 0, 0).toString();
  line += "\nfd_read " + wasi.fd_read(fd, 0, 0, 0).toString();
  line += "\nfd_pread " + wasi.fd_pread(fd, 0, 0, 0, 0).toString();
  line += "\nfd_fdstat_set_flags " + wasi.fd_fdstat_set_flags(fd, 0).toString();
  line += "\nfd_prestat_dir_name " + wasi.fd_prestat_dir_name(fd, 0, 0).toString();
  line += "\nfd_prestat_get " + wasi.fd_prestat_get(fd, AREA).toString();
  line += "\nfd_filestat_get " + wasi.fd_filestat_get(fd, AREA).toString();
  line += "\nfd_allocate " + wasi.fd_allocate(fd, 0, 0).toString();
  line += "\nfd_datasync " + wasi.fd_datasync(fd).toString();
  line += "\nfd_sync " + wasi.fd_sync(fd).toString();
  line += "\nfd_tell " + wasi.fd_tell(fd, AREA).toString();
  line += "\nfd_fdstat_set_rights " + wasi.fd_fdstat_set_rights(fd, 0, 0).toString();
  line += "\nfd_filestat_set_size " + wasi.fd_filestat_set_size(fd, 0).toString();
  line += "\nfd_filestat_set_times " + wasi.fd_filestat_set_times(fd, 0, 0, 0).toString();
  line += "\npath_create_directory " + wasi.path_create_directory(fd, 0, 0).toString();
  line += "\npath_filestat_get " + wasi.path_filestat_get(fd, 0, 0, 0, 0).toString();
  line += "\npath_filestat_set_times " + wasi.path_filestat_set_times(fd, 0, 0, 0, 0, 0, 0).toString();
  line += "\npath_link " + wasi.path_link(fd, 0, 0, 0, 0, 0).toString();
  line += "\npath_readlink " + wasi.path_readlink(fd, 0, 0, 0, 0, 0).toString();
  line += "\npath_remove_directory " + wasi.path_remove_directory(fd, 0, 0).toString();
  line += "\npath_rename " + wasi.path_rename(fd, 0, 0, 0, 0, 0).toString();
  line += "\npath_symlink " + wasi.path_symlink(fd, 0, 0, 0).toString();
  line += "\npath_unlink_file " + wasi.path_unlink_file(fd, 0, 0).toString();
  line += "\nsock_accept " + wasi.sock_accept(fd, 0, 0).toString();
  line += "\nsock_recv " + wasi.sock_recv(fd, 0, 0, 0, 0, 0).toString();
  line += "\nsock_send " + wasi.sock_send(fd, 0, 0, 0, 0).toString();
  line += "\nsock_shutdown " + wasi.sock_shutdown(fd, 0).toString();
  log(line);
}

function everythingElse(): void {
  memory.fill(AREA, 0xff, 256);
  let line =
    "sizes " +
    wasi.environ_sizes_get(AREA, AREA + 4).toString() +
    " " +
    load<i32>(AREA).toString() +
    " " +
    load<i32>(AREA, 4).toString();
  line +=
    ", arguments " +
    wasi.args_sizes_get(AREA, AREA + 4).toString() +
    " " +
    load<i32>(AREA).toString() +
    " " +
    load<i32>(AREA, 4).toString();
  line +=
    ", get " + wasi.environ_get(AREA, AREA + 8).toString() + " " + wasi.args_get(AREA, AREA + 8).toString();
  line += ", clocks";
  for (let clock = 0; clock < 4; clock++) {
    line +=
      " " +
      wasi.clock_time_get(clock, 0, AREA).toString() +
      " " +
      wasi.clock_res_get(clock, AREA + 8).toString();
  }
  line +=
    ", random " +
    wasi.random_get(AREA, 16).toString() +
    " " +
    wasi.random_get(AREA, 70000).toString() +
    " " +
    wasi.random_get(-1, 16).toString();
  line +=
    ", poll " + wasi.poll_oneoff(AREA, AREA, 1, AREA + 8).toString() + " " + load<i32>(AREA, 8).toString();
  line += ", yield " + wasi.sched_yield().toString();
  line += ", time " + env.proxy_get_current_time_nanoseconds(AREA).toString();
  wasi.proc_exit(3);
  log(line + ", still here");
}

export function proxy_on_configure(context: i32, size: i32): i32 {
  enter();
  write(1, "to standard ", "output\n");
  write(2, "to standard ", "error");
  write(1, "", "");
  write(1, "\n", "");
  write(1, "two\nlines\n", "\n");
  write(0, "nobody", "");
  write(3, "nobody", "");
  for (let fd = 0; fd < 4; fd++) descriptors(fd);
  everythingElse();
  log(
    "shared at start " + getShared("key") + ", absent with a number " + setShared("new", "v", 77).toString(),
  );
  log(
    "set " +
      setShared("key", "1", 0).toString() +
      " " +
      getShared("key") +
      ", again " +
      setShared("key", "2", 0).toString() +
      " " +
      getShared("key"),
  );
  log(
    "old number " +
      setShared("key", "3", 1).toString() +
      ", empty " +
      setShared("key", "", 0).toString() +
      " " +
      getShared("key") +
      ", nameless " +
      setShared("", "x", 0).toString() +
      " " +
      getShared(""),
  );
  return 1;
}

export function proxy_on_request_headers(context: i32, count: i32, end: i32): i32 {
  enter();
  log(
    "shared " +
      getShared("key") +
      ", set " +
      setShared("key", "from stream", 0).toString() +
      " " +
      getShared("key"),
  );
  log(
    "root " +
      env.proxy_set_effective_context(1).toString() +
      ": " +
      getHeader(0, ":path") +
      ", write " +
      replaceHeader(0, "x-a", "1").toString(),
  );
  log(
    "reply from there " +
      env.proxy_send_local_response(403, 0, 0, 0, 0, 0, 0, -1).toString() +
      ", continue " +
      env.proxy_continue_stream(0).toString(),
  );
  log("back " + env.proxy_set_effective_context(0).toString() + ": " + getHeader(0, ":path"));
  log(
    "stream before " +
      env.proxy_set_effective_context(context - 1).toString() +
      ", after " +
      env.proxy_set_effective_context(context + 1).toString() +
      ", own " +
      env.proxy_set_effective_context(context).toString(),
  );
  return 0;
}
