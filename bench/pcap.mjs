#!/usr/bin/env node
/**
 * A large capture: does memory stay flat, and how fast is it read beside `tshark -q -z conv,tcp` on the same file in the
 * same run? The file is a capture repeated with its time moved on, written to a temporary folder.
 * `node bench/pcap.mjs [--size MB] [CAPTURE]`; by default 1,000 MB of the lab's busiest pod. Exits with 1 when a figure
 * is bad. Without tshark the ratio is said to be missing, and that is bad too.
 */
import { spawn, spawnSync } from 'node:child_process';
import { createReadStream, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { build } from 'vite';

const root = fileURLToPath(new URL('..', import.meta.url));
const RATIO_WANTED = 3;
/** Between the first quarter of the file and its end; garbage that was not collected yet is a part of it. */
const GROWTH_ALLOWED_MB = 64;
const PIECE_BYTES = 2 ** 20;
const MB = 1e6;

if (process.argv[2] === '--read') await readAsChild(process.argv[3], process.argv[4]);
else await main(process.argv.slice(2));

/** In a process of its own, so that its memory is its own: reads a file and says how it went, as JSON. */
async function readAsChild(bundle, path) {
  const { readCaptures } = await import(pathToFileURL(bundle).href);
  const size = statSync(path).size;
  const memory = [];
  let seen = 0;
  const measure = () => {
    globalThis.gc?.();
    const { rss, heapUsed, arrayBuffers } = process.memoryUsage();
    memory.push({ at: seen / size, rss: rss / MB, kept: (heapUsed + arrayBuffers) / MB });
  };
  const file = Readable.toWeb(createReadStream(path, { highWaterMark: PIECE_BYTES }));
  const counting = new TransformStream({
    transform(chunk, controller) {
      seen += chunk.length;
      if (seen / size >= (memory.length + 1) / 8) measure();
      controller.enqueue(chunk);
    },
  });
  const started = performance.now();
  const { frames, ledger, notes } = await readCaptures(
    [{ name: path, open: () => file.pipeThrough(counting) }],
    {
      join: true,
    },
  );
  const seconds = (performance.now() - started) / 1000;
  measure();
  const flows = ledger.flowsAt(ledger.span.last).length;
  const { user, system } = process.cpuUsage();
  console.log(JSON.stringify({ seconds, cpu: (user + system) / 1e6, frames, flows, notes, memory }));
}

async function main(args) {
  const sizeAt = args.indexOf('--size');
  const size = (sizeAt < 0 ? 1000 : Number(args[sizeAt + 1])) * MB;
  const given = args.filter((_, i) => sizeAt < 0 || (i !== sizeAt && i !== sizeAt + 1));
  const data = resolve(process.env.SHOAL_DATA ?? resolve(root, '../shared/data'));
  const original = given[0] ?? join(data, 'lab-bands/pcap/ingress-nginx-controller-7d4db8-9qtlf.pcap.gz');
  const folder = mkdtempSync(join(tmpdir(), 'shoal-bench-'));
  try {
    const path = join(folder, 'large.pcap');
    await repeat(original, path, size);
    const bundle = await bundleReader(folder);
    process.exitCode = (await report(path, bundle)) ? 0 : 1;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Writes a classic pcap over and over, each time as much later as it lasts: the same ports, used again. */
async function repeat(original, path, size) {
  let bytes = readFileSync(original);
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) bytes = gunzipSync(bytes);
  const magic = bytes.readUInt32LE(0);
  if (magic !== 0xa1b2c3d4 && magic !== 0xa1b23c4d) throw new Error(`${original} is no little-endian pcap.`);
  const starts = [];
  for (let at = 24; at + 16 <= bytes.length; at += 16 + bytes.readUInt32LE(at + 8)) starts.push(at);
  const lastsS = bytes.readUInt32LE(starts.at(-1)) - bytes.readUInt32LE(starts[0]) + 1;
  const file = await open(path, 'w');
  await file.write(bytes.subarray(0, 24));
  const body = Buffer.from(bytes.subarray(24));
  for (let written = 24; written < size; written += body.length) {
    await file.write(body);
    for (const at of starts) body.writeUInt32LE(body.readUInt32LE(at - 24) + lastsS, at - 24);
  }
  await file.close();
}

async function bundleReader(folder) {
  await build({
    root,
    configFile: false,
    logLevel: 'warn',
    publicDir: false,
    ssr: { noExternal: true, target: 'node' },
    build: {
      ssr: 'src/sources/pcap/pcap.ts',
      outDir: folder,
      emptyOutDir: false,
      target: 'node20',
      minify: false,
      rolldownOptions: { output: { entryFileNames: 'reader.mjs', codeSplitting: false } },
    },
  });
  return join(folder, 'reader.mjs');
}

async function report(path, bundle) {
  const size = statSync(path).size;
  const script = fileURLToPath(import.meta.url);
  const child = spawn(process.execPath, ['--expose-gc', script, '--read', bundle, path], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  child.stdout.on('data', (chunk) => {
    text += chunk;
  });
  const code = await new Promise((done) => child.once('close', done));
  if (code !== 0) throw new Error(`reading ended with ${code}`);
  const { seconds, cpu, frames, flows, notes, memory } = JSON.parse(text);
  const speed = size / MB / seconds;
  console.log(
    `shoal   ${(size / MB).toFixed(0)} MB, ${frames.toLocaleString('en')} frames, ${flows} flows in ${seconds.toFixed(1)} s ` +
      `(${cpu.toFixed(1)} s of CPU): ${speed.toFixed(0)} MB/s, ${((frames / seconds) * 1e-6).toFixed(2)} M frames/s`,
  );
  for (const note of notes) console.log(`        ${note}`);
  for (const { at, rss, kept } of memory) {
    console.log(
      `        at ${(at * 100).toFixed(0)} %: ${kept.toFixed(0)} MB kept, ${rss.toFixed(0)} MB resident`,
    );
  }
  const [, early] = memory;
  const growth = memory.at(-1).kept - early.kept;
  console.log(
    `memory  grew by ${growth.toFixed(0)} MB from a quarter to the end (${GROWTH_ALLOWED_MB} allowed)`,
  );

  const started = performance.now();
  // The shell tells how much of the processor its children had; on a busy machine that is the fairer figure.
  const command = 'tshark -n -q -r "$1" -z conv,tcp > /dev/null 2>&1 || exit 1; times';
  const tshark = spawnSync('sh', ['-c', command, 'sh', path], { encoding: 'utf8' });
  if (tshark.status !== 0) {
    console.error('bench: tshark is missing or failed, so there is no ratio. Try: apt-get install tshark');
    return false;
  }
  const theirs = (performance.now() - started) / 1000;
  const [, children = ''] = tshark.stdout.split('\n');
  const theirCpu = [...children.matchAll(/(\d+)m([\d.]+)s/g)].reduce(
    (sum, [, m, sec]) => sum + m * 60 + Number(sec),
    0,
  );
  console.log(
    `tshark  ${theirs.toFixed(1)} s (${theirCpu.toFixed(1)} s of CPU): ${(size / MB / theirs).toFixed(0)} MB/s`,
  );
  const ratio = theirs / seconds;
  console.log(
    `ratio   ${ratio.toFixed(1)} by the clock, ${(theirCpu / cpu).toFixed(1)} by CPU (${RATIO_WANTED} wanted)`,
  );
  return ratio >= RATIO_WANTED && growth <= GROWTH_ALLOWED_MB;
}
