import { value } from "../command.js";

/** For verbs whose argument is something else. It stands apart from what reads a project, which loads the simulator. */
export const projectOption = value("DIR", "the project's folder (default: .)", "C");
