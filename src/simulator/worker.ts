/**
 * The simulator in a worker thread, off the event loop of whoever starts it. `workerData` is a SimulatorOptions; the
 * worker posts the ready object once, ends when it is sent the message 'close', and lets a failed start reach the
 * starter as the worker's 'error'.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { type SimulatorOptions, startSimulator } from './simulator.ts';

const port = parentPort;
if (port === null) throw new Error('Invariant: this file runs in a worker');

// What the starter passes is typed on its side; a worker takes data from nobody else.
const simulator = await startSimulator(workerData as SimulatorOptions);
port.on('message', (message: unknown) => {
  // Without the port nothing keeps the thread alive.
  if (message === 'close') void simulator.close().finally(() => port.close());
});
port.postMessage(simulator.ready);
