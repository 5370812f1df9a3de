//! The network: interfaces, protocols, packet filter.

use super::Case;

pub(super) const CASES: &[Case] = &[
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
];
