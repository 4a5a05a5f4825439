export interface ScratchProject {
    readonly folder: string;
    path(...parts: string[]): string;
    write(name: string, content: string | Uint8Array): string;
    remove(): void;
}
export declare function scratchProject(): ScratchProject;
