export { filterAnnotations, filterKeys } from "./annotations.js";
export {
  type Attachment,
  type AttachmentKind,
  attachmentKinds,
  attachmentTypes,
  pushAttachment,
} from "./attachments.js";
export { extractModule } from "./extract-module.js";
export { type FilterImage, pushFilterImage } from "./filter-image.js";
export { findModule, forms, type ImageForm } from "./forms.js";
export { type InspectedImage, inspectImage } from "./inspect-image.js";
export { maxModuleBytes } from "./layer-contents.js";
export { type ImageLayout, imageLayouts, layerTypes, MODULE_FILE } from "./layouts.js";
export { type ImageShape, readImage } from "./read-image.js";
