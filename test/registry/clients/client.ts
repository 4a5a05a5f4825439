import type { Place } from "../registries/place.js";

/** An image in a registry, by name. */
export interface Image {
  readonly place: Place;
  readonly repository: string;
  readonly tag: string;
}

export const address = ({ place, repository, tag }: Image): string => `${place.host}/${repository}:${tag}`;

/** A program that moves images between registries and OCI image layouts (folders, in which the tag is `v1`). */
export interface Client {
  readonly name: string;
  /** Into a folder that is not there yet. */
  pull(image: Image, folder: string): Promise<void>;
  push(folder: string, image: Image): Promise<void>;
}

/** The tag in folders. */
export const LAYOUT_TAG = "v1";
