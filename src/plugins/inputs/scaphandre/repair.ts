/**
 * Scaphandre copies the names of containers' labels (`io.kubernetes/pod`) into those of its own, and leaves in what is not allowed
 * there. One such name makes the whole answer invalid.
 */
const CONTAINER_LABEL = /container_label_[^="{},\n]*(?==")/g;
const NOT_ALLOWED = /[^a-zA-Z0-9_]/g;

/** The same answer with all names of containers' labels made legal. Values hold no quotes, so none of them is taken for a name. */
export function withLegalLabels(body: Buffer): Buffer {
  return Buffer.from(
    body.toString('latin1').replaceAll(CONTAINER_LABEL, (name) => name.replaceAll(NOT_ALLOWED, '_')),
    'latin1',
  );
}
