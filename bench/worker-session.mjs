/** The browser's protocol with a page's worker, which has no face of its own in it. */

/** The worker that decodes, as a session of its own: wrapped in messages of the page's session. */
export async function attachToWorker(cdp) {
  let sessionId;
  cdp.on('Target.attachedToTarget', (event) => {
    if (event.targetInfo.type === 'worker') sessionId = event.sessionId;
  });
  await cdp.send('Target.setAutoAttach', { autoAttach: true, waitForDebuggerOnStart: false, flatten: false });
  const listeners = new Map();
  const waiting = new Map();
  let nextId = 1;
  cdp.on('Target.receivedMessageFromTarget', ({ message }) => {
    const { id, method, params, result } = JSON.parse(message);
    if (method !== undefined) listeners.get(method)?.(params);
    else waiting.get(id)?.(result);
  });
  return async () => {
    if (sessionId === undefined) throw new Error('the page has no worker');
    return {
      on: (method, listener) => listeners.set(method, listener),
      off: (method) => listeners.delete(method),
      send: (method, params = {}) =>
        new Promise((resolve) => {
          const id = nextId++;
          waiting.set(id, resolve);
          const message = JSON.stringify({ id, method, params });
          void cdp.send('Target.sendMessageToTarget', { sessionId, message });
        }),
    };
  };
}
