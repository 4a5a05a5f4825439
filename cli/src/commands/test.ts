import { spawn } from "node:child_process";
import { defineCommand, many, value } from "../command.js";
import { CliError, usageError } from "../errors.js";
import { openProject } from "../project/project.js";
import { projectOption } from "../project/project-option.js";

const hosts = ["simulator", "envoy", "both"];

export const test = defineCommand({
  name: "test",
  summary: "run the project's own tests: in the simulator, a real Envoy, or both",
  arguments: { args: many("for the project's test command, behind --") },
  options: {
    project: projectOption,
    host: value("HOST", "where startFilter runs filters: simulator, envoy, both (default: simulator)"),
  },
  async run({ project, host = "simulator", args }, terminal) {
    if (!hosts.includes(host)) throw usageError(`--host ${host} is no host`, `use ${hosts.join(", ")}`);
    const { folder } = await openProject(project);
    const code = await npmTest(folder, args, { ...terminal.environment, AS_PROXY_WASM_HOST: host });
    return code === 0 ? 0 : 1;
  },
});

/** What runs this command runs the tests as well: npm, or what calls itself by `npm_execpath`. */
function npmTest(
  folder: string,
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Promise<number | null> {
  const runner = env["npm_execpath"];
  const isScript = runner !== undefined && /\.[cm]?js$/.test(runner);
  const [command, first] = isScript ? [process.execPath, [runner]] : ["npm", []];
  return new Promise((resolve, reject) => {
    const child = spawn(command, [...first, "test", ...(args.length === 0 ? [] : ["--", ...args])], {
      cwd: folder,
      env,
      stdio: "inherit",
      // npm is a batch file there.
      shell: !isScript && process.platform === "win32",
    });
    child.on("error", (cause) =>
      reject(new CliError("ERR_PROJECT", "npm cannot be run", "install Node with npm", { cause })),
    );
    child.on("close", resolve);
  });
}
