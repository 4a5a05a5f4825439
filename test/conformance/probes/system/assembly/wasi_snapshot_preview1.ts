// WASI as far as proxies offer it: a file of this name imports from the module of the same name.
export declare function fd_write(a: i32, b: i32, c: i32, d: i32): i32;
export declare function fd_pwrite(a: i32, b: i32, c: i32, d: i64, e: i32): i32;
export declare function fd_seek(a: i32, b: i64, c: i32, d: i32): i32;
export declare function fd_close(a: i32): i32;
export declare function fd_fdstat_get(a: i32, b: i32): i32;
export declare function environ_sizes_get(a: i32, b: i32): i32;
export declare function environ_get(a: i32, b: i32): i32;
export declare function args_sizes_get(a: i32, b: i32): i32;
export declare function args_get(a: i32, b: i32): i32;
export declare function clock_time_get(a: i32, b: i64, c: i32): i32;
export declare function clock_res_get(a: i32, b: i32): i32;
export declare function random_get(a: i32, b: i32): i32;
export declare function poll_oneoff(a: i32, b: i32, c: i32, d: i32): i32;
export declare function sched_yield(): i32;
export declare function path_open(
  a: i32,
  b: i32,
  c: i32,
  d: i32,
  e: i32,
  f: i64,
  g: i64,
  h: i32,
  i: i32,
): i32;
export declare function fd_readdir(a: i32, b: i32, c: i32, d: i64, e: i32): i32;
export declare function fd_renumber(a: i32, b: i32): i32;
export declare function fd_advise(a: i32, b: i64, c: i64, d: i32): i32;
export declare function fd_read(a: i32, b: i32, c: i32, d: i32): i32;
export declare function fd_pread(a: i32, b: i32, c: i32, d: i64, e: i32): i32;
export declare function fd_fdstat_set_flags(a: i32, b: i32): i32;
export declare function fd_prestat_dir_name(a: i32, b: i32, c: i32): i32;
export declare function fd_prestat_get(a: i32, b: i32): i32;
export declare function fd_filestat_get(a: i32, b: i32): i32;
export declare function fd_allocate(a: i32, b: i64, c: i64): i32;
export declare function fd_datasync(a: i32): i32;
export declare function fd_sync(a: i32): i32;
export declare function fd_tell(a: i32, b: i32): i32;
export declare function fd_fdstat_set_rights(a: i32, b: i64, c: i64): i32;
export declare function fd_filestat_set_size(a: i32, b: i64): i32;
export declare function fd_filestat_set_times(a: i32, b: i64, c: i64, d: i32): i32;
export declare function path_create_directory(a: i32, b: i32, c: i32): i32;
export declare function path_filestat_get(a: i32, b: i32, c: i32, d: i32, e: i32): i32;
export declare function path_filestat_set_times(a: i32, b: i32, c: i32, d: i32, e: i64, f: i64, g: i32): i32;
export declare function path_link(a: i32, b: i32, c: i32, d: i32, e: i32, f: i32): i32;
export declare function path_readlink(a: i32, b: i32, c: i32, d: i32, e: i32, f: i32): i32;
export declare function path_remove_directory(a: i32, b: i32, c: i32): i32;
export declare function path_rename(a: i32, b: i32, c: i32, d: i32, e: i32, f: i32): i32;
export declare function path_symlink(a: i32, b: i32, c: i32, d: i32): i32;
export declare function path_unlink_file(a: i32, b: i32, c: i32): i32;
export declare function sock_accept(a: i32, b: i32, c: i32): i32;
export declare function sock_recv(a: i32, b: i32, c: i32, d: i32, e: i32, f: i32): i32;
export declare function sock_send(a: i32, b: i32, c: i32, d: i32, e: i32): i32;
export declare function sock_shutdown(a: i32, b: i32): i32;
export declare function proc_exit(code: i32): void;
