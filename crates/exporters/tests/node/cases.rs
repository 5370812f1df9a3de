//! Hosts of files and what is on their page. The files are as the kernel's documentation and manual pages have them,
//! the lines are node_exporter's names with values worked out by hand.

/// A part, the files that it reads, and its lines.
pub(crate) struct Case {
    pub(crate) part: &'static str,
    pub(crate) files: &'static [(&'static str, &'static str)],
    pub(crate) lines: &'static [&'static str],
}

pub(crate) const CASES: &[Case] = &[
    Case {
        part: "arp",
        files: &[(
            "proc/net/arp",
            "IP address       HW type     Flags       HW address            Mask     Device\n\
             192.168.1.1      0x1         0x2         02:00:00:00:00:01     *        eth0\n\
             192.168.1.2      0x1         0x2         02:00:00:00:00:02     *        eth0\n\
             10.0.0.1         0x1         0x0         00:00:00:00:00:00     *        eth1\n",
        )],
        lines: &[
            "node_arp_entries{device=\"eth0\"} 2",
            "node_arp_entries{device=\"eth1\"} 1",
        ],
    },
    Case {
        part: "bonding",
        files: &[
            ("sys/class/net/bonding_masters", "bond0 bond1\n"),
            ("sys/class/net/bond0/bonding/slaves", "eth0 eth1\n"),
            (
                "sys/class/net/bond0/lower_eth0/bonding_slave/mii_status",
                "up\n",
            ),
            (
                "sys/class/net/bond0/slave_eth1/bonding_slave/mii_status",
                "down\n",
            ),
            ("sys/class/net/bond1/bonding/slaves", "\n"),
        ],
        lines: &[
            "node_bonding_slaves{master=\"bond0\"} 2",
            "node_bonding_slaves{master=\"bond1\"} 0",
            "node_bonding_active{master=\"bond0\"} 1",
            "node_bonding_active{master=\"bond1\"} 0",
        ],
    },
    Case {
        part: "conntrack",
        files: &[
            ("proc/sys/net/netfilter/nf_conntrack_count", "123\n"),
            ("proc/sys/net/netfilter/nf_conntrack_max", "65536\n"),
            (
                "proc/net/stat/nf_conntrack",
                "entries  clashres found new invalid ignore delete chainlength insert insert_failed drop early_drop \
                 icmp_error  expect_new expect_create expect_delete search_restart\n\
                 0000007b 00000000 00000001 00000000 0000000a 00000000 00000000 00000000 00000000 00000000 00000000 \
                 00000000 00000000 00000000 00000000 00000000 00000002\n\
                 0000007b 00000000 000000ff 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 \
                 00000000 00000000 00000000 00000000 00000000 00000003\n",
            ),
        ],
        lines: &[
            "node_nf_conntrack_entries 123",
            "node_nf_conntrack_entries_limit 65536",
            "node_nf_conntrack_stat_found 256",
            "node_nf_conntrack_stat_invalid 10",
            "node_nf_conntrack_stat_ignore 0",
            "node_nf_conntrack_stat_insert 0",
            "node_nf_conntrack_stat_insert_failed 0",
            "node_nf_conntrack_stat_drop 0",
            "node_nf_conntrack_stat_early_drop 0",
            "node_nf_conntrack_stat_search_restart 5",
        ],
    },
    Case {
        part: "cpu",
        files: &[
            (
                "proc/stat",
                "cpu  700 1 2 3\ncpu0 100 200 300 400 500 600 700 800 900 1000\ncpu12 7 0 1\nintr 5\n",
            ),
            ("sys/devices/system/cpu/cpu0/topology/core_id", "0\n"),
            (
                "sys/devices/system/cpu/cpu0/topology/physical_package_id",
                "0\n",
            ),
            (
                "sys/devices/system/cpu/cpu0/thermal_throttle/core_throttle_count",
                "5\n",
            ),
            (
                "sys/devices/system/cpu/cpu0/thermal_throttle/package_throttle_count",
                "30\n",
            ),
            // A second thread of the same core, and another core of the package.
            ("sys/devices/system/cpu/cpu1/topology/core_id", "0\n"),
            (
                "sys/devices/system/cpu/cpu1/topology/physical_package_id",
                "0\n",
            ),
            (
                "sys/devices/system/cpu/cpu1/thermal_throttle/core_throttle_count",
                "5\n",
            ),
            (
                "sys/devices/system/cpu/cpu1/thermal_throttle/package_throttle_count",
                "30\n",
            ),
            ("sys/devices/system/cpu/cpu2/topology/core_id", "1\n"),
            (
                "sys/devices/system/cpu/cpu2/topology/physical_package_id",
                "0\n",
            ),
            (
                "sys/devices/system/cpu/cpu2/thermal_throttle/core_throttle_count",
                "0\n",
            ),
            ("sys/devices/system/cpu/cpufreq/boost", "1\n"),
        ],
        lines: &[
            "node_cpu_core_throttles_total{core=\"0\",package=\"0\"} 5",
            "node_cpu_core_throttles_total{core=\"1\",package=\"0\"} 0",
            "node_cpu_package_throttles_total{package=\"0\"} 30",
            "node_cpu_guest_seconds_total{cpu=\"0\",mode=\"user\"} 9",
            "node_cpu_guest_seconds_total{cpu=\"0\",mode=\"nice\"} 10",
            "node_cpu_seconds_total{cpu=\"0\",mode=\"user\"} 1",
            "node_cpu_seconds_total{cpu=\"0\",mode=\"nice\"} 2",
            "node_cpu_seconds_total{cpu=\"0\",mode=\"system\"} 3",
            "node_cpu_seconds_total{cpu=\"0\",mode=\"idle\"} 4",
            "node_cpu_seconds_total{cpu=\"0\",mode=\"iowait\"} 5",
            "node_cpu_seconds_total{cpu=\"0\",mode=\"irq\"} 6",
            "node_cpu_seconds_total{cpu=\"0\",mode=\"softirq\"} 7",
            "node_cpu_seconds_total{cpu=\"0\",mode=\"steal\"} 8",
            "node_cpu_seconds_total{cpu=\"12\",mode=\"user\"} 0.07",
            "node_cpu_seconds_total{cpu=\"12\",mode=\"nice\"} 0",
            "node_cpu_seconds_total{cpu=\"12\",mode=\"system\"} 0.01",
        ],
    },
    Case {
        part: "cpufreq",
        files: &[
            (
                "sys/devices/system/cpu/cpu0/cpufreq/cpuinfo_max_freq",
                "3700000\n",
            ),
            (
                "sys/devices/system/cpu/cpu0/cpufreq/cpuinfo_min_freq",
                "800000\n",
            ),
            (
                "sys/devices/system/cpu/cpu0/cpufreq/scaling_cur_freq",
                "1699981\n",
            ),
            (
                "sys/devices/system/cpu/cpu0/cpufreq/scaling_governor",
                "powersave\n",
            ),
            (
                "sys/devices/system/cpu/cpu0/cpufreq/scaling_available_governors",
                "performance powersave\n",
            ),
        ],
        lines: &[
            "node_cpu_frequency_max_hertz{cpu=\"0\"} 3.7e+09",
            "node_cpu_frequency_min_hertz{cpu=\"0\"} 8e+08",
            "node_cpu_scaling_frequency_hertz{cpu=\"0\"} 1.699981e+09",
            "node_cpu_scaling_governor{cpu=\"0\",governor=\"performance\"} 0",
            "node_cpu_scaling_governor{cpu=\"0\",governor=\"powersave\"} 1",
        ],
    },
    Case {
        part: "diskstats",
        files: &[
            (
                "proc/diskstats",
                "   8       0 sda 1 2 3 4000 5 6 7 8000 9 10000 11000 12 13 14 15000 16 17000\n\
                 \x20  8       1 sda1 1 2 3 4 5 6 7 8 9 10 11\n\
                 \x20253       0 dm-0 25 0 1 2 3 4 5 6 7 8 9\n\
                 \x20  7       0 loop0 1 1 1 1 1 1 1 1 1 1 1\n",
            ),
            (
                "udev/b8:0",
                "S:disk/by-id/x\nE:ID_PATH=pci-0000:00:1f.2-ata-1\nE:ID_WWN=0x5000\nE:ID_MODEL=DISK\nE:ID_SERIAL_SHORT=S1\n\
                 E:ID_REVISION=R1\nE:ID_ATA=1\nE:ID_ATA_WRITE_CACHE=1\nE:ID_ATA_WRITE_CACHE_ENABLED=0\n\
                 E:ID_ATA_ROTATION_RATE_RPM=7200\n",
            ),
            (
                "udev/b253:0",
                "E:DM_NAME=vg-root\nE:DM_UUID=LVM-1\nE:DM_VG_NAME=vg\nE:DM_LV_NAME=root\nE:ID_FS_TYPE=ext4\n\
                 E:ID_FS_USAGE=filesystem\nE:ID_FS_UUID=u-1\nE:ID_FS_VERSION=1.0\n",
            ),
        ],
        lines: &[
            "node_disk_info{device=\"sda\",major=\"8\",minor=\"0\",path=\"pci-0000:00:1f.2-ata-1\",wwn=\"0x5000\",\
             model=\"DISK\",serial=\"S1\",revision=\"R1\"} 1",
            "node_disk_info{device=\"dm-0\",major=\"253\",minor=\"0\",path=\"\",wwn=\"\",model=\"\",serial=\"\",revision=\"\"} 1",
            "node_disk_filesystem_info{device=\"dm-0\",type=\"ext4\",usage=\"filesystem\",uuid=\"u-1\",version=\"1.0\"} 1",
            "node_disk_device_mapper_info{device=\"dm-0\",name=\"vg-root\",uuid=\"LVM-1\",vg_name=\"vg\",lv_name=\"root\",\
             lv_layer=\"\"} 1",
            "node_disk_reads_completed_total{device=\"sda\"} 1",
            "node_disk_reads_completed_total{device=\"dm-0\"} 25",
            "node_disk_reads_merged_total{device=\"sda\"} 2",
            "node_disk_reads_merged_total{device=\"dm-0\"} 0",
            "node_disk_read_bytes_total{device=\"sda\"} 1536",
            "node_disk_read_bytes_total{device=\"dm-0\"} 512",
            "node_disk_read_time_seconds_total{device=\"sda\"} 4",
            "node_disk_read_time_seconds_total{device=\"dm-0\"} 0.002",
            "node_disk_writes_completed_total{device=\"sda\"} 5",
            "node_disk_writes_completed_total{device=\"dm-0\"} 3",
            "node_disk_writes_merged_total{device=\"sda\"} 6",
            "node_disk_writes_merged_total{device=\"dm-0\"} 4",
            "node_disk_written_bytes_total{device=\"sda\"} 3584",
            "node_disk_written_bytes_total{device=\"dm-0\"} 2560",
            "node_disk_write_time_seconds_total{device=\"sda\"} 8",
            "node_disk_write_time_seconds_total{device=\"dm-0\"} 0.006",
            "node_disk_io_now{device=\"sda\"} 9",
            "node_disk_io_now{device=\"dm-0\"} 7",
            "node_disk_io_time_seconds_total{device=\"sda\"} 10",
            "node_disk_io_time_seconds_total{device=\"dm-0\"} 0.008",
            "node_disk_io_time_weighted_seconds_total{device=\"sda\"} 11",
            "node_disk_io_time_weighted_seconds_total{device=\"dm-0\"} 0.009000000000000001",
            "node_disk_discards_completed_total{device=\"sda\"} 12",
            "node_disk_discards_merged_total{device=\"sda\"} 13",
            "node_disk_discarded_sectors_total{device=\"sda\"} 14",
            "node_disk_discard_time_seconds_total{device=\"sda\"} 15",
            "node_disk_flush_requests_total{device=\"sda\"} 16",
            "node_disk_flush_requests_time_seconds_total{device=\"sda\"} 17",
            "node_disk_ata_write_cache{device=\"sda\"} 1",
            "node_disk_ata_write_cache_enabled{device=\"sda\"} 0",
            "node_disk_ata_rotation_rate_rpm{device=\"sda\"} 7200",
        ],
    },
    Case {
        part: "dmi",
        files: &[
            ("sys/class/dmi/id/bios_vendor", "Maker, Inc.\n"),
            ("sys/class/dmi/id/product_name", "Box \"9\"\n"),
            ("sys/class/dmi/id/sys_vendor", "Seller\n"),
            ("sys/class/dmi/id/uevent", "MODALIAS=dmi\n"),
        ],
        lines: &[
            "node_dmi_info{bios_vendor=\"Maker, Inc.\",product_name=\"Box \\\"9\\\"\",system_vendor=\"Seller\"} 1",
        ],
    },
    Case {
        part: "edac",
        files: &[
            ("sys/devices/system/edac/mc/mc0/ce_count", "1\n"),
            ("sys/devices/system/edac/mc/mc0/ue_count", "5\n"),
            ("sys/devices/system/edac/mc/mc0/ce_noinfo_count", "2\n"),
            ("sys/devices/system/edac/mc/mc0/ue_noinfo_count", "6\n"),
            ("sys/devices/system/edac/mc/mc0/csrow0/ce_count", "3\n"),
            ("sys/devices/system/edac/mc/mc0/csrow0/ue_count", "4\n"),
            ("sys/devices/system/edac/mc/power/async", "disabled\n"),
        ],
        lines: &[
            "node_edac_correctable_errors_total{controller=\"0\"} 1",
            "node_edac_uncorrectable_errors_total{controller=\"0\"} 5",
            "node_edac_csrow_correctable_errors_total{controller=\"0\",csrow=\"unknown\"} 2",
            "node_edac_csrow_correctable_errors_total{controller=\"0\",csrow=\"0\"} 3",
            "node_edac_csrow_uncorrectable_errors_total{controller=\"0\",csrow=\"unknown\"} 6",
            "node_edac_csrow_uncorrectable_errors_total{controller=\"0\",csrow=\"0\"} 4",
        ],
    },
    Case {
        part: "entropy",
        files: &[
            ("proc/sys/kernel/random/entropy_avail", "1337\n"),
            ("proc/sys/kernel/random/poolsize", "4096\n"),
        ],
        lines: &[
            "node_entropy_available_bits 1337",
            "node_entropy_pool_size_bits 4096",
        ],
    },
    Case {
        part: "filefd",
        files: &[("proc/sys/fs/file-nr", "1024\t0\t1631329\n")],
        lines: &[
            "node_filefd_allocated 1024",
            "node_filefd_maximum 1.631329e+06",
        ],
    },
    Case {
        part: "hwmon",
        files: &[
            (
                "sys/class/hwmon/hwmon0/device",
                "->sys/devices/platform/coretemp.0",
            ),
            ("sys/class/hwmon/hwmon0/name", "coretemp\n"),
            ("sys/class/hwmon/hwmon0/temp1_input", "55000\n"),
            ("sys/class/hwmon/hwmon0/temp1_label", "Core 0\n"),
            ("sys/class/hwmon/hwmon0/temp1_crit_alarm", "0\n"),
            ("sys/class/hwmon/hwmon1/name", "nct6779\n"),
            ("sys/class/hwmon/hwmon1/fan2_input", "1098\n"),
            ("sys/class/hwmon/hwmon1/fan2_beep", "1\n"),
            ("sys/class/hwmon/hwmon1/in0_min", "1500\n"),
            ("sys/class/hwmon/hwmon1/intrusion0_alarm", "1\n"),
            ("sys/class/hwmon/hwmon1/pwm1", "150\n"),
            ("sys/class/hwmon/hwmon1/pwm1_enable", "not a number\n"),
            ("sys/class/hwmon/hwmon1/temp1_input", "33500\n"),
        ],
        lines: &[
            "node_hwmon_chip_names{chip=\"platform_coretemp_0\",chip_name=\"coretemp\"} 1",
            "node_hwmon_chip_names{chip=\"nct6779\",chip_name=\"nct6779\"} 1",
            "node_hwmon_fan_beep_enabled{chip=\"nct6779\",sensor=\"fan2\"} 1",
            "node_hwmon_fan_rpm{chip=\"nct6779\",sensor=\"fan2\"} 1098",
            "node_hwmon_in_min_volts{chip=\"nct6779\",sensor=\"in0\"} 1.5",
            "node_hwmon_intrusion_alarm{chip=\"nct6779\",sensor=\"intrusion0\"} 1",
            "node_hwmon_pwm{chip=\"nct6779\",sensor=\"pwm1\"} 150",
            "node_hwmon_temp_celsius{chip=\"platform_coretemp_0\",sensor=\"temp1\"} 55",
            "node_hwmon_temp_celsius{chip=\"nct6779\",sensor=\"temp1\"} 33.5",
            "node_hwmon_temp_crit_alarm_celsius{chip=\"platform_coretemp_0\",sensor=\"temp1\"} 0",
            "node_hwmon_sensor_label{chip=\"platform_coretemp_0\",sensor=\"temp1\",label=\"Core 0\"} 1",
        ],
    },
    Case {
        part: "interrupts",
        files: &[(
            "proc/interrupts",
            "           CPU0       CPU1       \n\
             \x20  0:         18          0   IO-APIC   2-edge      timer\n\
             NMI:          4          5   Non-maskable interrupts\n\
             ERR:          0\n",
        )],
        lines: &[
            "node_interrupts_total{cpu=\"0\",type=\"0\",info=\"IO-APIC\",devices=\"2-edge timer\"} 18",
            "node_interrupts_total{cpu=\"1\",type=\"0\",info=\"IO-APIC\",devices=\"2-edge timer\"} 0",
            "node_interrupts_total{cpu=\"0\",type=\"NMI\",info=\"Non-maskable interrupts\",devices=\"\"} 4",
            "node_interrupts_total{cpu=\"1\",type=\"NMI\",info=\"Non-maskable interrupts\",devices=\"\"} 5",
        ],
    },
    Case {
        part: "kernel_hung",
        files: &[("proc/sys/kernel/hung_task_detect_count", "3\n")],
        lines: &["node_kernel_hung_tasks_total 3"],
    },
    Case {
        part: "loadavg",
        files: &[("proc/loadavg", "0.21 0.37 0.39 1/719 19737\n")],
        lines: &["node_load1 0.21", "node_load5 0.37", "node_load15 0.39"],
    },
    Case {
        part: "mdadm",
        files: &[(
            "proc/mdstat",
            "Personalities : [raid1]\nmd0 : active raid1 sdb1[1] sda1[0]\n      248896 blocks [2/2] [UU]\n\
             \x20     resync=DELAYED\n\nunused devices: <none>\n",
        )],
        lines: &[
            "node_md_blocks{device=\"md0\"} 248896",
            "node_md_blocks_synced{device=\"md0\"} 248896",
            "node_md_disks_required{device=\"md0\"} 2",
            "node_md_disks{device=\"md0\",state=\"active\"} 2",
            "node_md_disks{device=\"md0\",state=\"failed\"} 0",
            "node_md_disks{device=\"md0\",state=\"spare\"} 0",
            "node_md_state{device=\"md0\",state=\"active\"} 0",
            "node_md_state{device=\"md0\",state=\"inactive\"} 0",
            "node_md_state{device=\"md0\",state=\"recovering\"} 0",
            "node_md_state{device=\"md0\",state=\"resync\"} 1",
            "node_md_state{device=\"md0\",state=\"check\"} 0",
        ],
    },
    Case {
        part: "meminfo",
        files: &[(
            "proc/meminfo",
            "MemTotal:       16042172 kB\nActive(anon):        2 kB\nHugePages_Total:       7\nBroken\nNoNumber: x kB\n",
        )],
        lines: &[
            "node_memory_MemTotal_bytes 1.6427184128e+10",
            "node_memory_Active_anon_bytes 2048",
            "node_memory_HugePages_Total 7",
        ],
    },
    Case {
        part: "netclass",
        files: &[
            ("sys/class/net/bonding_masters", "bond0\n"),
            ("sys/class/net/eth0/address", "02:00:00:00:00:01\n"),
            ("sys/class/net/eth0/broadcast", "ff:ff:ff:ff:ff:ff\n"),
            ("sys/class/net/eth0/carrier_changes", "2\n"),
            ("sys/class/net/eth0/dev_id", "0x20\n"),
            ("sys/class/net/eth0/duplex", "full\n"),
            ("sys/class/net/eth0/flags", "0x1303\n"),
            ("sys/class/net/eth0/ifalias", "\n"),
            ("sys/class/net/eth0/mtu", "1500\n"),
            ("sys/class/net/eth0/operstate", "up\n"),
            ("sys/class/net/eth0/speed", "1000\n"),
        ],
        lines: &[
            "node_network_carrier_changes_total{device=\"eth0\"} 2",
            "node_network_device_id{device=\"eth0\"} 32",
            "node_network_flags{device=\"eth0\"} 4867",
            "node_network_mtu_bytes{device=\"eth0\"} 1500",
            "node_network_speed_bytes{device=\"eth0\"} 1.25e+08",
            "node_network_info{device=\"eth0\",address=\"02:00:00:00:00:01\",broadcast=\"ff:ff:ff:ff:ff:ff\",duplex=\"full\",\
             operstate=\"up\",adminstate=\"up\",ifalias=\"\"} 1",
            "node_network_up{device=\"eth0\"} 1",
        ],
    },
    Case {
        part: "netdev",
        files: &[
            (
                "proc/net/dev",
                "Inter-|   Receive                                                |  Transmit\n face |bytes    packets errs \
                 drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed\n\
                 \x20 veth:1: 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16\n\
                 \x20 short: 1 2 3\n",
            ),
            ("sys/class/net/veth:1/statistics/rx_nohandler", "17\n"),
        ],
        lines: &[
            "node_network_receive_bytes_total{device=\"veth:1\"} 1",
            "node_network_receive_packets_total{device=\"veth:1\"} 2",
            "node_network_receive_errs_total{device=\"veth:1\"} 3",
            "node_network_receive_drop_total{device=\"veth:1\"} 4",
            "node_network_receive_fifo_total{device=\"veth:1\"} 5",
            "node_network_receive_frame_total{device=\"veth:1\"} 6",
            "node_network_receive_compressed_total{device=\"veth:1\"} 7",
            "node_network_receive_multicast_total{device=\"veth:1\"} 8",
            "node_network_transmit_bytes_total{device=\"veth:1\"} 9",
            "node_network_transmit_packets_total{device=\"veth:1\"} 10",
            "node_network_transmit_errs_total{device=\"veth:1\"} 11",
            "node_network_transmit_drop_total{device=\"veth:1\"} 12",
            "node_network_transmit_fifo_total{device=\"veth:1\"} 13",
            "node_network_transmit_colls_total{device=\"veth:1\"} 14",
            "node_network_transmit_carrier_total{device=\"veth:1\"} 15",
            "node_network_transmit_compressed_total{device=\"veth:1\"} 16",
            "node_network_receive_nohandler_total{device=\"veth:1\"} 17",
        ],
    },
    Case {
        part: "netstat",
        files: &[
            (
                "proc/net/netstat",
                "TcpExt: SyncookiesSent EmbryonicRsts ListenDrops\nTcpExt: 1 2 3\n",
            ),
            (
                "proc/net/snmp",
                "Ip: Forwarding DefaultTTL\nIp: 1 64\nTcp: MaxConn CurrEstab\nTcp: -1 5\n",
            ),
            (
                "proc/net/snmp6",
                "Ip6InOctets                     \t1000\nUdp6NoPorts    4\nIp6InReceives 7\n",
            ),
        ],
        lines: &[
            "node_netstat_TcpExt_SyncookiesSent 1",
            "node_netstat_TcpExt_ListenDrops 3",
            "node_netstat_Ip_Forwarding 1",
            "node_netstat_Tcp_CurrEstab 5",
            "node_netstat_Ip6_InOctets 1000",
            "node_netstat_Udp6_NoPorts 4",
        ],
    },
    Case {
        part: "nvme",
        files: &[
            ("sys/class/nvme/nvme0/firmware_rev", "1B2QEXP7\n"),
            ("sys/class/nvme/nvme0/model", "Drive 970                \n"),
            ("sys/class/nvme/nvme0/serial", "S680HF8N\n"),
            ("sys/class/nvme/nvme0/state", "live\n"),
            ("sys/class/nvme/nvme0/cntlid", "1997\n"),
        ],
        lines: &[
            "node_nvme_info{device=\"nvme0\",firmware_revision=\"1B2QEXP7\",model=\"Drive 970\",serial=\"S680HF8N\",\
             state=\"live\",cntlid=\"1997\"} 1",
        ],
    },
    Case {
        part: "os",
        files: &[(
            "root/usr/lib/os-release",
            "NAME=\"Ubuntu\"\nID=ubuntu\nID_LIKE=debian\nVERSION_ID=\"20.04\"\n",
        )],
        lines: &[
            "node_os_info{build_id=\"\",id=\"ubuntu\",id_like=\"debian\",image_id=\"\",image_version=\"\",name=\"Ubuntu\",\
             pretty_name=\"\",variant=\"\",variant_id=\"\",version=\"\",version_codename=\"\",version_id=\"20.04\"} 1",
            "node_os_version{id=\"ubuntu\",id_like=\"debian\",name=\"Ubuntu\"} 20.04",
        ],
    },
    Case {
        part: "powersupplyclass",
        files: &[
            ("sys/class/power_supply/BAT0/capacity", "98\n"),
            ("sys/class/power_supply/BAT0/energy_now", "49450000\n"),
            ("sys/class/power_supply/BAT0/status", "Unknown\n"),
            ("sys/class/power_supply/BAT0/technology", "Li-ion\n"),
            ("sys/class/power_supply/BAT0/voltage_now", "12500000\n"),
            ("sys/class/power_supply/AC/online", "0\n"),
            ("sys/class/power_supply/AC/type", "Mains\n"),
        ],
        lines: &[
            "node_power_supply_capacity{power_supply=\"BAT0\"} 98",
            "node_power_supply_energy_watthour{power_supply=\"BAT0\"} 49.45",
            "node_power_supply_online{power_supply=\"AC\"} 0",
            "node_power_supply_voltage_volt{power_supply=\"BAT0\"} 12.5",
            "node_power_supply_info{power_supply=\"AC\",type=\"Mains\"} 1",
            "node_power_supply_info{power_supply=\"BAT0\",status=\"Unknown\",technology=\"Li-ion\"} 1",
        ],
    },
    Case {
        part: "pressure",
        files: &[
            (
                "proc/pressure/cpu",
                "some avg10=0.00 avg60=0.00 avg300=0.00 total=14036781\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=7\n",
            ),
            (
                "proc/pressure/irq",
                "full avg10=0.00 avg60=0.00 avg300=0.00 total=8494\n",
            ),
            (
                "proc/pressure/memory",
                "some avg10=0.00 avg60=0.00 avg300=0.00 total=0\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=500000\n",
            ),
        ],
        lines: &[
            "node_pressure_cpu_waiting_seconds_total 14.036781",
            "node_pressure_irq_stalled_seconds_total 0.008494",
            "node_pressure_memory_stalled_seconds_total 0.5",
            "node_pressure_memory_waiting_seconds_total 0",
        ],
    },
    Case {
        part: "processes",
        files: &[
            (
                "proc/1/stat",
                "1 (in) it) S 0 1 1 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 3 0 9 10 11\n",
            ),
            (
                "proc/20/stat",
                "20 (b) R 0 1 1 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 9 10 11\n",
            ),
            ("proc/3/stat", "gone"),
            (
                "proc/self/stat",
                "20 (b) R 0 1 1 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 9 10 11\n",
            ),
            ("proc/sys/kernel/threads-max", "7801\n"),
            ("proc/sys/kernel/pid_max", "123\n"),
        ],
        lines: &[
            "node_processes_threads 4",
            "node_processes_max_threads 7801",
            "node_processes_max_processes 123",
            "node_processes_state{state=\"S\"} 1",
            "node_processes_state{state=\"R\"} 1",
            "node_processes_pids 2",
        ],
    },
    Case {
        part: "schedstat",
        files: &[(
            "proc/schedstat",
            "version 15\ntimestamp 15819019232\ncpu0 498494191 0 3533438552 2553969831 3853684107 2465731542 2045936778163039 \
             343796328169361 4767485306\ndomain0 00000000,00000003 212499247 210112015\n",
        )],
        lines: &[
            "node_schedstat_running_seconds_total{cpu=\"0\"} 2.045936778163039e+06",
            "node_schedstat_waiting_seconds_total{cpu=\"0\"} 343796.328169361",
            "node_schedstat_timeslices_total{cpu=\"0\"} 4.767485306e+09",
        ],
    },
    Case {
        part: "selinux",
        files: &[
            ("sys/fs/selinux/enforce", "1"),
            (
                "root/etc/selinux/config",
                "# a comment\nSELINUX=permissive\nSELINUXTYPE=targeted\n",
            ),
        ],
        lines: &[
            "node_selinux_enabled 1",
            "node_selinux_config_mode 0",
            "node_selinux_current_mode 1",
        ],
    },
    Case {
        part: "sockstat",
        files: &[(
            "proc/net/sockstat",
            "sockets: used 229\nTCP: inuse 4 orphan 0\nFRAG: inuse 0 memory 0\n",
        )],
        lines: &[
            "node_sockstat_sockets_used 229",
            "node_sockstat_TCP_inuse 4",
            "node_sockstat_TCP_orphan 0",
            "node_sockstat_FRAG_inuse 0",
            "node_sockstat_FRAG_memory 0",
        ],
    },
    Case {
        part: "softnet",
        files: &[(
            "proc/net/softnet_stat",
            "00049279 00000000 00000001 00000000 00000000 00000000 00000000 00000000 00000002 00000003 00000004 00000005 00000000\n\
             00008c00 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000003\n",
        )],
        lines: &[
            "node_softnet_processed_total{cpu=\"0\"} 299641",
            "node_softnet_processed_total{cpu=\"3\"} 35840",
            "node_softnet_dropped_total{cpu=\"0\"} 0",
            "node_softnet_dropped_total{cpu=\"3\"} 0",
            "node_softnet_times_squeezed_total{cpu=\"0\"} 1",
            "node_softnet_times_squeezed_total{cpu=\"3\"} 0",
            "node_softnet_cpu_collision_total{cpu=\"0\"} 2",
            "node_softnet_cpu_collision_total{cpu=\"3\"} 0",
            "node_softnet_received_rps_total{cpu=\"0\"} 3",
            "node_softnet_received_rps_total{cpu=\"3\"} 0",
            "node_softnet_flow_limit_count_total{cpu=\"0\"} 4",
            "node_softnet_flow_limit_count_total{cpu=\"3\"} 0",
            "node_softnet_backlog_len{cpu=\"0\"} 5",
            "node_softnet_backlog_len{cpu=\"3\"} 0",
        ],
    },
    Case {
        part: "stat",
        files: &[(
            "proc/stat",
            "cpu  1 2 3\nintr 8885917 17 0 0\nctxt 38014093\nbtime 1418183276\nprocesses 26442\nprocs_running 2\n\
             procs_blocked 1\nsoftirq 5057579 250191\n",
        )],
        lines: &[
            "node_intr_total 8.885917e+06",
            "node_context_switches_total 3.8014093e+07",
            "node_forks_total 26442",
            "node_boot_time_seconds 1.418183276e+09",
            "node_procs_running 2",
            "node_procs_blocked 1",
        ],
    },
    Case {
        part: "thermal_zone",
        files: &[
            ("sys/class/thermal/thermal_zone0/temp", "49925\n"),
            ("sys/class/thermal/thermal_zone0/type", "bcm2835_thermal\n"),
            ("sys/class/thermal/cooling_device0/cur_state", "0\n"),
            ("sys/class/thermal/cooling_device0/max_state", "3\n"),
            ("sys/class/thermal/cooling_device0/type", "Processor\n"),
        ],
        lines: &[
            "node_thermal_zone_temp{type=\"bcm2835_thermal\",zone=\"0\"} 49.925",
            "node_cooling_device_cur_state{name=\"0\",type=\"Processor\"} 0",
            "node_cooling_device_max_state{name=\"0\",type=\"Processor\"} 3",
        ],
    },
    Case {
        part: "time",
        files: &[
            (
                "sys/devices/system/clocksource/clocksource0/available_clocksource",
                "tsc hpet \n",
            ),
            (
                "sys/devices/system/clocksource/clocksource0/current_clocksource",
                "tsc\n",
            ),
        ],
        lines: &[
            "node_time_clocksource_available_info{clocksource=\"tsc\",device=\"0\"} 1",
            "node_time_clocksource_available_info{clocksource=\"hpet\",device=\"0\"} 1",
            "node_time_clocksource_current_info{clocksource=\"tsc\",device=\"0\"} 1",
            "node_time_seconds 0",
        ],
    },
    Case {
        part: "udp_queues",
        files: &[(
            "proc/net/udp",
            "   sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops\n\
             \x20   0: 00000000:0016 00000000:0000 0A 00000015:00000010 00:00000000 00000000     0        0 2740 1 ffff88003d3af3c0 0\n\
             \x20   1: 00000000:0017 00000000:0000 0A 00000001:00000000 00:00000000 00000000     0        0 2741 1 ffff88003d3af3c0 0\n",
        )],
        lines: &[
            "node_udp_queues{queue=\"tx\",ip=\"v4\"} 22",
            "node_udp_queues{queue=\"rx\",ip=\"v4\"} 16",
        ],
    },
    Case {
        part: "vmstat",
        files: &[(
            "proc/vmstat",
            "nr_free_pages 977769\npgpgin 7344136\npgfault 2320168809\noom_kill 0\n",
        )],
        lines: &[
            "node_vmstat_pgpgin 7.344136e+06",
            "node_vmstat_pgfault 2.320168809e+09",
            "node_vmstat_oom_kill 0",
        ],
    },
    Case {
        part: "watchdog",
        files: &[
            (
                "sys/class/watchdog/watchdog0/identity",
                "Software Watchdog\n",
            ),
            ("sys/class/watchdog/watchdog0/state", "active\n"),
            ("sys/class/watchdog/watchdog0/timeleft", "300\n"),
        ],
        lines: &[
            "node_watchdog_timeleft_seconds{name=\"watchdog0\"} 300",
            "node_watchdog_info{name=\"watchdog0\",options=\"\",identity=\"Software Watchdog\",state=\"active\",status=\"\",\
             pretimeout_governor=\"\"} 1",
        ],
    },
];
