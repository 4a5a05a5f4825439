import { reset } from "../abi/arena";
import { collectBetweenCallbacks } from "../abi/collector";
import { forgetSnapshots } from "../abi/snapshot";
import { end } from "../context/current";
import { forgetLevel } from "../log";

/** Ends a callback: what the host returned is forgotten, and garbage collected when there is enough of it. */
export function leave(): void {
  end();
  forgetSnapshots();
  forgetLevel();
  collectBetweenCallbacks();
  reset();
}
