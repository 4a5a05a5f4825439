import { expect, test } from "vitest";
import { sentence } from "../errors.js";
import { replaceFile } from "./replace-file.js";

test.runIf(process.platform === "linux")(
  "a file that cannot be written is named as the caller named it",
  async () => {
    const error = await replaceFile("/proc/module.wasm", Buffer.of()).catch((thrown: unknown) => thrown);
    expect(sentence(error)).toBe("cannot use /proc/module.wasm: there is no such file");
  },
);
