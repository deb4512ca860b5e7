import { defineInput } from '../../../pipeline/plugin.ts';
import { ScaphandreOptions } from './config.ts';
import { Scaphandre } from './scaphandre.ts';

export const scaphandre = defineInput({
  id: 'scaphandre',
  summary: 'Reads the power of hosts, VMs, services and processes from Scaphandre, and the shares that it exports to VMs.',
  schema: ScaphandreOptions,
  example: `inputs:
  - scaphandre:
      interval: 5s
      urls: ["http://127.0.0.1:8080/metrics"]
      services:
        - { name: web, exe: nginx }
        - { name: wiki, cmdline: "java.*xwiki" }
        - { unit: "*.service" }
`,
  sample: {
    of: 'a recorded Scaphandre with two virtual machines and an nginx, among other things,',
    gave: `scaph_socket,host=kvm-0,socket_id=0 energy_microjoules=1933719000,power_microwatts=44103572 1796076526000000000
scaph_socket,host=kvm-0,socket_id=1 energy_microjoules=261550901970,power_microwatts=40580757 1796076526000000000
scaph_host,host=kvm-0 cpu_frequency=2596,energy_microjoules=264090320970,load_avg_fifteen=1.33,load_avg_five=1.33,load_avg_one=0.8,memory_available_bytes=24926916608,memory_free_bytes=24935165952,memory_total_bytes=25276510208,power_microwatts=93902683,swap_free_bytes=0,swap_total_bytes=0 1796076526000000000
scaph_vm,host=kvm-0,vmname=vm-web cpu_usage_percentage=23.49457,memory_bytes=1310720,power_microwatts=22062031.381264552,processes=1 1796076526000000000
scaph_exe,exe=/usr/sbin/nginx,host=kvm-0 cpu_usage_percentage=11.7472847,memory_bytes=2564096,power_microwatts=11031015.690632276,processes=2 1796076526000000000
scaph_service,host=kvm-0,service=web cpu_usage_percentage=11.7472847,memory_bytes=2564096,power_microwatts=11031015.690632276,processes=2 1796076526000000000
scaph_process,cmdline=nginxworkerprocess0.15,exe=/usr/sbin/nginx,host=kvm-0 cpu_usage_percentage=7.305034,disk_read_bytes=0,disk_total_read_bytes=16384,disk_total_write_bytes=0,disk_write_bytes=0,memory_bytes=1269760,memory_virtual_bytes=2400256,power_consumption_microwatts=6859623.070883088,processes=1 1796076526000000000
scaphandre,host=kvm-0,url=http://127.0.0.1:8080/metrics frozen=0,repeated=0,scrape_duration_seconds=0.010114386999999624,unreadable=0,up=1,zero=0 1796076526000000000
`,
  },
  create: (config, context) => new Scaphandre(config, context),
});
