import type { Stage } from "./stage.js";

/** Says what is right, and does it; what it throws is why it is not. */
export type It = (what: string, check: () => Promise<void>) => Promise<void>;

/** A page of the guide and what its filters must do in a real Envoy. */
export interface Capability {
  /** The page in docs/guide, without `.md`. */
  readonly page: string;
  /** Starts the Envoys it needs and checks one thing after the other. */
  run(stage: Stage, it: It): Promise<void>;
}
