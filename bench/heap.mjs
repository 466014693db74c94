/** What lives on a heap, in bytes: objects, and compiled code apart from them. */

/** `session` speaks CDP: the page's, or a worker's. What lives after a collection, compiled code apart. */
export async function measureHeap(session) {
  const chunks = [];
  const collect = ({ chunk }) => chunks.push(chunk);
  session.on('HeapProfiler.addHeapSnapshotChunk', collect);
  // Twice: what the first collection finalises only the second can free.
  for (let times = 0; times < 2; times++) await session.send('HeapProfiler.collectGarbage');
  await session.send('HeapProfiler.takeHeapSnapshot', { reportProgress: false });
  session.off('HeapProfiler.addHeapSnapshotChunk', collect);
  const { snapshot, nodes } = JSON.parse(chunks.join(''));
  const fields = snapshot.meta.node_fields;
  const [typeAt, sizeAt] = [fields.indexOf('type'), fields.indexOf('self_size')];
  const codeType = snapshot.meta.node_types[typeAt].indexOf('code');
  const sums = { objects: 0, code: 0 };
  for (let at = 0; at < nodes.length; at += fields.length) {
    // V8 compiles what runs often again and again for half an hour: growth of code is no leak, and is told apart.
    sums[nodes[at + typeAt] === codeType ? 'code' : 'objects'] += nodes[at + sizeAt];
  }
  return sums;
}
