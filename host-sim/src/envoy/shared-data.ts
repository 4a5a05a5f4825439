import { Status } from "../abi/enums.js";
import { answer, refuse, type Answer } from "../abi/host-context.js";
import type { ByteString } from "../byte-string.js";

interface Entry {
  readonly value: Uint8Array;
  readonly cas: number;
}

/** Shared data of a process, kept apart by vm_id (abi.md 7.2). */
export class SharedDataStore {
  readonly #entries = new Map<string, Map<ByteString, Entry>>();
  /** One counter for the whole process; the first number is 1. */
  #lastCas = 0;

  get(vmId: string, key: ByteString): Answer<Entry> {
    const entry = this.#entries.get(vmId)?.get(key);
    return entry === undefined ? refuse(Status.NotFound) : answer(entry);
  }

  /** The last VM of a vm_id is gone. */
  deleteVmId(vmId: string): void {
    this.#entries.delete(vmId);
  }

  set(vmId: string, key: ByteString, value: Uint8Array, cas: number): Status {
    let entries = this.#entries.get(vmId);
    if (entries === undefined) this.#entries.set(vmId, (entries = new Map()));
    const existing = entries.get(key);
    // A number for a key that does not exist is accepted, as in Envoy.
    if (cas !== 0 && existing !== undefined && existing.cas !== cas) return Status.CasMismatch;
    entries.set(key, { value, cas: ++this.#lastCas });
    return Status.Ok;
  }
}
