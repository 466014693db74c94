import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { version } from '../package.json';
import { KINDS } from '../src/server/cluster-inventory';
import { readCommandLine } from '../src/server/command-line';
import { findMistakes, type Manifest, readFolder, readManifests } from './manifests';

const folder = fileURLToPath(new URL('.', import.meta.url));
const textOf = (file: string) => readFileSync(join(folder, file), 'utf8');
const files = readFolder();

interface Container {
  args: string[];
  image: string;
  ports: { name: string; containerPort: number }[];
  securityContext: Record<string, unknown>;
  resources: Record<string, Record<string, unknown>>;
  [probe: string]: unknown;
}
interface Pod {
  containers: Container[];
  [field: string]: unknown;
}

function only<T = Manifest>(file: string): T {
  const [manifest, ...more] = files.get(file) ?? [];
  if (manifest === undefined || more.length > 0) throw new Error(`${file} holds not one object.`);
  return manifest as T;
}
const deployment = only<{
  metadata: Manifest['metadata'];
  spec: {
    selector: { matchLabels: Record<string, string> };
    template: { metadata: Manifest['metadata']; spec: Pod };
  };
}>('base/deployment.yaml');
const pod = deployment.spec.template.spec;
const [container] = pod.containers;
if (container === undefined) throw new Error('There is no container.');

describe('by Kubernetes’ schemas', () => {
  test.each(
    [...files].flatMap(([file, manifests]) => manifests.map((manifest) => [file, manifest] as const)),
  )('%s is valid', (_, manifest) => {
    expect(findMistakes(manifest)).toEqual([]);
  });

  test.each([
    ['base/deployment.yaml', 'runAsNonRoot', 'runAsNonroot', /spec\.template\.spec\.securityContext: Unrec/],
    ['base/deployment.yaml', 'containerPort: 4180', 'containerPort: "4180"', /containerPort: .*number/],
    ['base/deployment.yaml', 'containerPort: 4180', 'containerPort: 70000', /containerPort: /],
    ['base/deployment.yaml', 'apps/v1', 'apps/v1beta1', /apiVersion: /],
    ['base/deployment.yaml', '512Mi', '512MB', /limits\.memory: /],
    ['base/deployment.yaml', 'type: RuntimeDefault', 'type: Runtimedefault', /seccompProfile\.type: /],
    ['base/deployment.yaml', 'optional: true', 'optional: "yes"', /optional: .*boolean/],
    ['base/deployment.yaml', 'key: token', 'path: token', /secretKeyRef.*key/],
    [
      'base/deployment.yaml',
      '  selector:\n    matchLabels:\n      app.kubernetes.io/name: shoal\n',
      '',
      /selector/,
    ],
    [
      'base/deployment.yaml',
      '        - name: shoal\n          image',
      '        - image',
      /containers\.0\.name/,
    ],
    ['base/deployment.yaml', '- ALL', '- 7', /drop\.0: /],
    ['base/deployment.yaml', 'kind: Deployment', 'kind: Deploymnet', /no schema for the kind "Deploymnet"/],
    ['base/service.yaml', 'port: 80\n', 'port: eighty\n', /spec\.ports\.0\.port: /],
    ['base/service.yaml', 'targetPort', 'target_port', /spec\.ports\.0: Unrecognized key: "target_port"/],
    ['base/service.yaml', 'name: shoal', 'name: Shoal', /metadata\.name: /],
    ['base/network-policy.yaml', 'protocol: UDP', 'protocol: udp', /protocol: /],
    ['base/network-policy.yaml', '- Egress', '- egress', /policyTypes/],
    ['overlays/inventory/cluster-role.yaml', 'verbs', 'verb', /rules\.0\.verbs|rules\.0/],
    ['overlays/inventory/cluster-role-binding.yaml', 'kind: ClusterRole\n', 'kind: 1\n', /roleRef\.kind: /],
  ])('a mistake planted in %s is caught: %j → %j', (file, right, wrong, sentence) => {
    expect(textOf(file)).toContain(right);
    const mistakes = readManifests(textOf(file).replace(right, wrong)).flatMap(findMistakes);
    expect(mistakes.join('\n')).toMatch(sentence);
  });

  test.each(['a: 1\na: 2', 'a: [', '- just text', 'nothing', ''])('%j is no manifest', (text) => {
    expect(() => readManifests(text)).toThrow();
  });
});

describe('together', () => {
  const labels = (manifest: { metadata?: Manifest['metadata'] } | undefined) => manifest?.metadata?.labels;

  test('each kustomization names what lies beside it, and nothing else', () => {
    for (const home of ['base', 'overlays/inventory']) {
      const { resources } = parse(textOf(`${home}/kustomization.yaml`)) as { resources: string[] };
      const beside = [...files.keys()].filter((file) => dirname(file) === home);
      const named = resources.filter((name) => !name.startsWith('..')).map((name) => join(home, name));
      expect(named.sort()).toEqual(beside.sort());
    }
  });

  test('service, policies and deployment mean the same pods, and the same port', () => {
    const podLabels = labels(deployment.spec.template);
    expect(deployment.spec.selector.matchLabels).toEqual(podLabels);
    const service = only<{ spec: { selector: object; ports: { targetPort: string }[] } }>(
      'base/service.yaml',
    );
    expect(service.spec.selector).toEqual(podLabels);
    for (const file of ['base/network-policy.yaml', 'overlays/inventory/network-policy.yaml']) {
      expect(
        only<{ spec: { podSelector: { matchLabels: object } } }>(file).spec.podSelector.matchLabels,
      ).toEqual(podLabels);
    }
    expect(service.spec.ports.map(({ targetPort }) => targetPort)).toEqual(['http']);
    const ingress = only<{ spec: { ingress: { ports: { port: string }[] }[] } }>('base/network-policy.yaml');
    expect(ingress.spec.ingress[0]?.ports.map(({ port }) => port)).toEqual(['http']);
    expect(container.ports).toEqual([{ name: 'http', containerPort: 4180 }]);
  });

  test('Shoal takes its arguments, listens on the container’s port and knows the service’s names', () => {
    for (const more of [[], ['--inventory', 'cluster']]) {
      const line = readCommandLine([...container.args, ...more]);
      expect(line).toMatchObject({
        kind: 'run',
        options: { host: '0.0.0.0', port: 4180, inventory: more.slice(1) },
      });
    }
    expect(container.args).toContain('shoal.shoal.svc');
  });

  test('the image is this version’s', () => {
    const { images } = parse(textOf('base/kustomization.yaml')) as {
      images: { name: string; newTag: string }[];
    };
    expect(images).toMatchObject([{ name: container.image, newTag: version }]);
  });

  test('nothing is allowed that is not needed', () => {
    expect(pod).toMatchObject({
      automountServiceAccountToken: false,
      securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
    });
    for (const field of ['hostNetwork', 'hostPID', 'hostIPC', 'volumes'])
      expect(pod).not.toHaveProperty(field);
    expect(container.securityContext).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    });
    expect(only('base/service-account.yaml').automountServiceAccountToken).toBe(false);
  });

  test('it is probed, and what it may use is said', () => {
    expect(container.livenessProbe).toMatchObject({ httpGet: { path: '/healthz', port: 'http' } });
    expect(container.readinessProbe).toMatchObject({ httpGet: { path: '/readyz', port: 'http' } });
    expect(container.resources).toMatchObject({
      requests: { cpu: expect.anything(), memory: expect.anything() },
      limits: { memory: expect.anything() },
    });
  });

  test('the role grants exactly what the inventory reads', () => {
    const { rules } = only<{ rules: { apiGroups: string[]; resources: string[]; verbs: string[] }[] }>(
      'overlays/inventory/cluster-role.yaml',
    );
    const granted = rules.flatMap(({ apiGroups, resources, verbs }) => {
      expect(verbs).toEqual(['list', 'watch']);
      return resources.flatMap((name) =>
        apiGroups.map((group) => (group === '' ? name : `${name}.${group}`)),
      );
    });
    expect(granted.sort()).toEqual(KINDS.map(({ plural }) => plural).sort());
    expect(only('overlays/inventory/cluster-role-binding.yaml')).toMatchObject({
      roleRef: { name: only('overlays/inventory/cluster-role.yaml').metadata?.name },
      subjects: [{ name: pod.serviceAccountName, namespace: only('base/namespace.yaml').metadata?.name }],
    });
  });
});
