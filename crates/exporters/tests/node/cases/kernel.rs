//! The kernel as a whole: processors, memory, tasks, the system.

use super::Case;

pub(super) const CASES: &[Case] = &[
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
            "node_time_zone_offset_seconds{time_zone=\"UTC\"} 0",
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
];
