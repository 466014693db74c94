/**
 * A Shoal as its users start it: the built program in a process of its own, on a free port.
 * Knows the ready line; refuses to know what is asked of it.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const PROGRAM = fileURLToPath(new URL('../dist/server/shoal.js', import.meta.url));
/** A recording is read before the ready line; two workers on a small machine share it with two browsers. */
const READY_WITHIN_MS = 20_000;

export interface ShoalProcess {
  /** Where the page is, with a slash at the end. */
  url: string;
  stop(): Promise<void>;
}

export async function startShoal(args: readonly string[]): Promise<ShoalProcess> {
  if (!existsSync(PROGRAM)) throw new Error('There is no build to test. Run: npm run build');
  const child = spawn(process.execPath, [PROGRAM, '--port', '0', ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    // Credentials of whoever runs the tests are none of theirs.
    env: { ...process.env, SHOAL_HUB_TOKEN: '', SHOAL_LICENSE_KEY: '' },
  });
  const url = await readyUrl(child, args);
  return {
    url,
    stop: () =>
      new Promise<void>((resolve) => {
        if (child.exitCode !== null || child.signalCode !== null) return resolve();
        child.once('exit', () => resolve());
        // Not SIGTERM: a hub that hangs on purpose would hold the door for its grace period.
        child.kill('SIGKILL');
      }),
  };
}

function readyUrl(child: ChildProcess, args: readonly string[]): Promise<string> {
  let output = '';
  return new Promise<string>((resolve, reject) => {
    const fail = (why: string) => {
      child.kill('SIGKILL');
      reject(new Error(`shoal ${args.join(' ')} ${why}:\n${output}`));
    };
    const timer = setTimeout(() => fail(`was not ready in ${READY_WITHIN_MS} ms`), READY_WITHIN_MS);
    const read = (chunk: Buffer) => {
      output += chunk.toString();
      const url = /^shoal: (http\S+\/) \(/m.exec(output)?.[1];
      if (url === undefined) return;
      clearTimeout(timer);
      resolve(url);
    };
    child.stdout?.on('data', read);
    child.stderr?.on('data', read);
    child.once('exit', (code) => {
      clearTimeout(timer);
      fail(`ended with ${code}`);
    });
  });
}
