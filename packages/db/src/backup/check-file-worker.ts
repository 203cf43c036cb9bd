import { parentPort, workerData } from 'node:worker_threads';
import { checkFile } from './check-file.ts';

parentPort?.postMessage(checkFile(String(workerData)));
