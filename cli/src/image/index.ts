export { type CompatImage, MODULE_FILE, pushCompatImage } from "./compat-image.js";
export { fetchModule, type ImageForm, moduleLayer, type ModuleLayer } from "./module-of-image.js";
