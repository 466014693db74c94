/**
 * The entry of the bundle: gives the process to run.ts, and ends it on SIGINT and SIGTERM.
 */
import { run } from './run';

const started = await run({
  args: process.argv.slice(2),
  env: process.env,
  print: (text) => process.stdout.write(text),
  warn: (text) => process.stderr.write(text),
});

if (typeof started === 'number') {
  process.exitCode = started;
} else {
  let stopping = false;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      // Whoever asks twice does not want to wait.
      if (stopping) process.exit(1);
      stopping = true;
      void started.stop().then(() => process.exit(0));
    });
  }
}
