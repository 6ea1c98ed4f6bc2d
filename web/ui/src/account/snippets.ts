export interface Snippet {
  name: string;
  title: string;
  text: string;
}

/** snippets shows how devices send, with the caller's own server and key filled in. */
export function snippets(server: string, key: string): Snippet[] {
  const base = server.replace(/\/$/, '');
  return [
    {
      name: 'curl',
      title: 'A terminal, a shell script',
      text: `curl "${base}/input/post" \\\n  -d apikey=${key} \\\n  -d node=kitchen \\\n  -d 'fulljson={"power":230,"temperature":21.5}'`,
    },
    {
      name: 'HTTP',
      title: 'Any device that can send HTTP',
      text: `GET ${base}/input/post?node=kitchen&fulljson={"power":230}&apikey=${key}`,
    },
    {
      name: 'Bulk',
      title: 'Many values at once: [seconds from now, node, values…]',
      text: `curl "${base}/input/bulk" \\\n  -d apikey=${key} \\\n  -d 'data=[[-20,"meter",230,1.1],[-10,"meter",234,1.1],[0,"meter",229,1]]'`,
    },
    {
      name: 'Python',
      title: 'Python, nothing to install',
      text: [
        'import json, urllib.parse, urllib.request',
        '',
        'form = {',
        `    "apikey": "${key}",`,
        '    "node": "kitchen",',
        '    "fulljson": json.dumps({"power": 230, "temperature": 21.5}),',
        '}',
        `urllib.request.urlopen("${base}/input/post", urllib.parse.urlencode(form).encode())`,
      ].join('\n'),
    },
    {
      name: 'emonHub',
      title: 'emonhub.conf: an interfacer for emonPi and emonTx',
      text: [
        '[[weir]]',
        '    Type = EmonHubEmoncmsHTTPInterfacer',
        '    [[[runtimesettings]]]',
        '        pubchannels = ToRFM12,',
        '        subchannels = ToEmonCMS,',
        `        url = ${base}`,
        `        apikey = ${key}`,
        '        senddata = 1',
        '        sendinterval = 30',
      ].join('\n'),
    },
  ];
}
