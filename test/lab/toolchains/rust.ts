import { existsSync } from "node:fs";
import { join } from "node:path";

import { command } from "./command.js";
import { MissingToolError } from "./missing-tool.js";

const TARGET = "wasm32-wasip1";
const INSTALL =
  "Rust for wasm32-wasip1 is missing: rustup target add wasm32-wasip1, or apt-get install rustc-web cargo-web rust-web-src wasi-libc lld";

/** A compiler that can make modules, and what it needs to be told. */
interface Toolchain {
  readonly rustc: string;
  readonly cargo: string;
  readonly words: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** The compiler's name and version. */
export async function rustVersion(): Promise<string> {
  const { rustc } = await findToolchain();
  return command(rustc, ["--version"], { missing: INSTALL });
}

/** Builds a crate or workspace as modules under `output`; gives the path of each by the name of its library. */
export async function buildRust(folder: string, output: string): Promise<(library: string) => string> {
  const toolchain = await findToolchain();
  await command(
    toolchain.cargo,
    ["build", "--release", "--target", TARGET, "--target-dir", output, ...toolchain.words],
    { cwd: folder, env: { RUSTC: toolchain.rustc, ...toolchain.env }, missing: INSTALL },
  );
  return (library) => join(output, TARGET, "release", `${library}.wasm`);
}

async function findToolchain(): Promise<Toolchain> {
  return (await installedTarget()) ?? debianPackages();
}

/** The rustc on the path, where it has the target's standard library. */
async function installedTarget(): Promise<Toolchain | null> {
  const sysroot = await command("rustc", ["--print", "sysroot"], { missing: INSTALL }).catch(
    (error: unknown) => {
      if (error instanceof MissingToolError) return "";
      throw error;
    },
  );
  if (sysroot === "" || !existsSync(join(sysroot, "lib/rustlib", TARGET))) return null;
  return { rustc: "rustc", cargo: "cargo", words: [], env: {} };
}

/**
 * Debian has no standard library for the target, but its sources: the one for this compiler is built with the filters,
 * which only a compiler that believes to be a nightly one does, and linked with Debian's wasi-libc.
 */
function debianPackages(): Toolchain {
  const needed = [
    ...["/usr/bin/rustc", "/usr/bin/cargo", "/usr/bin/wasm-ld"],
    ...["/usr/lib/rustlib/src/rust/library/std/Cargo.toml", "/usr/lib/wasm32-wasi/libc.a"],
  ];
  if (!needed.every((path) => existsSync(path))) throw new MissingToolError(INSTALL);
  return {
    rustc: "/usr/bin/rustc",
    cargo: "/usr/bin/cargo",
    words: ["-Zbuild-std=std,panic_abort"],
    env: {
      RUSTC_BOOTSTRAP: "1",
      RUSTFLAGS: "-Clinker=/usr/bin/wasm-ld -Clink-self-contained=no -Lnative=/usr/lib/wasm32-wasi",
    },
  };
}
