import type { Command } from "../command.js";
import { build } from "./build.js";
import { check } from "./check.js";
import { merge } from "./merge.js";
import { importCommand } from "./import.js";
import { explore } from "./explore.js";
import { manifestIstio } from "./manifest-istio.js";
import { packageImage } from "./package.js";
import { pull } from "./pull.js";
import { push } from "./push.js";
import { record } from "./record.js";
import { replay } from "./replay.js";
import { test } from "./test.js";

/** In the order in which a project needs them. */
export const commands = [
  build,
  test,
  replay,
  record,
  importCommand,
  merge,
  explore,
  check,
  packageImage,
  push,
  pull,
  manifestIstio,
] as readonly unknown[] as readonly Command[];
