/** The files of a project that go along with its image, each found or made. */
import { spawn } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { CliError, usageError } from "../errors.js";
import { type Attachment, type AttachmentKind, attachmentKinds } from "../image/attachments.js";
import { readPackageJson } from "./package-json.js";
import type { Project } from "./project.js";

/** Reads `readme,sbom`. */
export function readAttachmentKinds(text: string | undefined): readonly AttachmentKind[] {
  const names = text === undefined ? [] : text.split(",");
  return names.map((name) => {
    const kind = attachmentKinds.find((known) => known === name.trim());
    if (kind !== undefined) return kind;
    throw usageError(`--attach ${name} is nothing that can be attached`, `use ${attachmentKinds.join(", ")}`);
  });
}

export function readAttachment(project: Project, kind: AttachmentKind): Promise<Attachment> {
  return readers[kind](project);
}

const readers: Readonly<Record<AttachmentKind, (project: Project) => Promise<Attachment>>> = {
  async readme({ folder }) {
    const fileName = (await readdir(folder)).find((name) => /^readme(\.md|\.markdown)?$/i.test(name));
    if (fileName === undefined) {
      throw new CliError(
        "ERR_FILE",
        `there is no README in ${folder}`,
        "write a README.md, or leave readme out of --attach",
      );
    }
    return { kind: "readme", fileName, bytes: await readFile(join(folder, fileName)) };
  },

  async schema({ folder, manifest }) {
    if (manifest.configurationSchema === null) {
      throw new CliError(
        "ERR_MANIFEST",
        "filter.json names no configurationSchema",
        "name the file of a JSON schema there, or leave schema out of --attach",
      );
    }
    const path = resolve(folder, manifest.configurationSchema);
    const bytes = await readFile(path);
    try {
      JSON.parse(bytes.toString("utf8"));
    } catch (cause) {
      throw new CliError("ERR_FILE", `${path} is not JSON`, "write a JSON schema", { cause });
    }
    return { kind: "schema", fileName: basename(path), bytes };
  },

  async sbom({ folder, manifest }) {
    const bill = JSON.parse(await npmSbom(folder)) as CycloneDx;
    // What npm makes up on each run, or takes from the name of the folder: the same packages are the same bill.
    delete bill.serialNumber;
    delete bill.metadata?.timestamp;
    if (bill.metadata?.component !== undefined) {
      bill.metadata.component.name = (await readPackageJson(folder)).name ?? manifest.name;
    }
    return {
      kind: "sbom",
      fileName: "sbom.cdx.json",
      bytes: Buffer.from(`${JSON.stringify(bill, null, 2)}\n`),
    };
  },
};

/** The part of CycloneDX 1.5 that is changed here. */
interface CycloneDx {
  serialNumber?: string;
  readonly metadata?: { timestamp?: string; readonly component?: { name: string } };
}

/** `npm sbom` of the project's installed packages, as CycloneDX. */
async function npmSbom(folder: string): Promise<string> {
  // The npm that started us, if one did; else the one on the PATH.
  const script = process.env["npm_execpath"];
  const [command, ...words] =
    script?.endsWith(".js") === true
      ? [process.execPath, script]
      : [process.platform === "win32" ? "npm.cmd" : "npm"];
  const child = spawn(command!, [...words, "sbom", "--sbom-format", "cyclonedx"], {
    cwd: folder,
    stdio: ["ignore", "pipe", "pipe"],
    shell: process.platform === "win32",
  });
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  const code = await new Promise<number | string>((done) => {
    child.once("error", (error) => done(error.message));
    child.once("close", (status) => done(status ?? "killed"));
  });
  if (code === 0) return stdout;
  const reason = /npm (?:error|ERR!) (?!code )(.+)/.exec(stderr)?.[1] ?? String(code);
  throw new CliError(
    "ERR_PROJECT",
    `npm sbom fails in ${folder}: ${reason}`,
    "run npm install first, or leave sbom out of --attach",
  );
}
