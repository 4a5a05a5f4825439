import { join } from "node:path";

import { repository } from "../../lab/repository.js";

/** Where the filters' sources are, a folder for each SDK. */
export const filters = join(repository, "test/bench/filters");
/** Where everything built goes; git ignores it. */
export const cache = join(repository, ".cache/bench");
