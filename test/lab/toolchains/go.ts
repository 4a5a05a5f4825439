import { command } from "./command.js";

const INSTALL = "Go 1.24 or newer is missing: install it from go.dev or your distribution";

/** The compiler's name and version. */
export const goVersion = (): Promise<string> => command("go", ["version"], { missing: INSTALL });

/** Builds a package of a Go module as a reactor module for wasip1. */
export async function buildGo(folder: string, packagePath: string, output: string): Promise<void> {
  await command("go", ["build", "-buildmode=c-shared", "-o", output, packagePath], {
    cwd: folder,
    env: { GOOS: "wasip1", GOARCH: "wasm", GOFLAGS: "-mod=readonly" },
    missing: INSTALL,
  });
}
