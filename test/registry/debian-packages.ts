import { stdout } from "node:process";
import { MissingTool, run } from "./processes.js";

/** Programs that are Debian packages of the same name. */
const packages = ["docker-registry", "skopeo"];

/** Installs what is missing. */
export async function installPackages(): Promise<void> {
  const missing = [];
  for (const name of packages) if (!(await isInstalled(name))) missing.push(name);
  if (missing.length === 0) return;
  const names = missing.join(" ");
  stdout.write(`installing ${names} ...\n`);
  const lock = ["-o", "DPkg::Lock::Timeout=120"];
  try {
    await run("apt-get", ["update", "-q", ...lock]);
    await run("apt-get", ["install", "-y", "-q", ...lock, ...missing], {
      env: { DEBIAN_FRONTEND: "noninteractive" },
    });
  } catch (cause) {
    const reason = (cause as Error).message.split("\n").at(-1);
    throw new MissingTool(
      `The registry test needs ${names}, which could not be installed (${reason}): run "apt-get install ${names}" as root on Debian or Ubuntu and try again.`,
      { cause },
    );
  }
}

const isInstalled = (program: string): Promise<boolean> =>
  run(program, ["--version"]).then(
    () => true,
    () => false,
  );
