#!/usr/bin/env node
/**
 * `npm start -- [options]`: installs and builds what is missing or out of date, then becomes the server.
 */
import { ensureBuilt, ensurePackages } from './setup.mjs';

ensurePackages();
ensureBuilt();

// In this process, so that signals, exit code and standard output are the server's own.
await import('../dist/server/shoal.js');
